package io.npuq.launcher.command;

import io.npuq.launcher.config.ApiKeysFile;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.schema.Limits;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code npuq keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {"Make API keys for a server that others may use.", ""},
        subcommands = KeysCommand.Add.class)
final class KeysCommand {
    private KeysCommand() {}

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Make a key and print it, this once: the file of API keys gets its SHA-256. A server that runs takes it within seconds.",
                "To take a key back, delete its line from the file.",
                ""
            })
    static final class Add implements Callable<Integer> {
        private static final int KEY_BYTES = 32;

        @Parameters(
                paramLabel = "NAME",
                description = "whose it is, as logs name it: letters, digits, \".\", \"_\", \"-\"")
        private String name = "";

        @Mixin
        private ConfigOptions options = new ConfigOptions(List.of(Settings.API_KEYS_FILE));

        @Option(names = "--requests-per-minute", paramLabel = "N", description = "most requests in any 60 s")
        private @Nullable Long requests;

        @Option(
                names = "--tokens-per-minute",
                paramLabel = "N",
                description = "after so many tokens of prompts and answers in 60 s, no job is taken")
        private @Nullable Long tokens;

        @Option(names = "--queued-jobs", paramLabel = "N", description = "most jobs that may wait")
        private @Nullable Long jobs;

        @Option(
                names = "--priority",
                paramLabel = "0-9",
                description = "the most urgent priority that may be asked for; default 0, the most urgent there is")
        private int priority = Limits.PRIORITY_MIN;

        @Option(names = "--admin", description = "may pause, drain, back up, and change models")
        private boolean admin;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws ConfigException, CommandFailedException {
            Path file = options.apiKeysFile()
                    .orElseThrow(() -> new CommandFailedException(
                            ExitCode.INVALID_INPUT,
                            "there is no file to keep keys in; name one with " + Settings.API_KEYS_FILE.flag()));
            String key = fresh();
            new ApiKeysFile(file).add(new ApiKey(name, ApiKey.hash(key), limits(), admin));
            Terminal terminal = Terminal.of(spec);
            terminal.print(key);
            terminal.say("added " + name + " to " + file + "; the key is shown this once");
            return ExitCode.OK;
        }

        private ClientLimits limits() {
            return new ClientLimits(most(requests), most(tokens), most(jobs), priority);
        }

        private static OptionalLong most(@Nullable Long given) {
            return given == null ? OptionalLong.empty() : OptionalLong.of(given);
        }

        private static String fresh() {
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            return "npuq_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        }
    }
}
