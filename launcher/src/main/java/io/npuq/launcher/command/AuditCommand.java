package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.embedded.Maintenance;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code npuq audit}: the request log as evidence. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Check that the request log is as it was written, export it, and take its checkpoints elsewhere. A server may run meanwhile.",
            ""
        },
        subcommands = {
            AuditVerifyCommand.class,
            AuditExportCommand.class,
            AuditCommand.NewestCheckpoint.class,
            AuditCommand.Key.class,
            AuditCommand.RotateKey.class
        })
final class AuditCommand {
    private AuditCommand() {}

    private abstract static class OnData implements Callable<Integer> {
        @Mixin
        private ConfigOptions options = new ConfigOptions(Settings.PLACE);

        @Spec
        private CommandSpec spec;

        /** What to print. */
        abstract String on(Path data) throws CommandFailedException;

        @Override
        public final Integer call() throws ConfigException, CommandFailedException {
            var configuration = options.resolve();
            Logging.configure(configuration.logLevel(LogLevel.ERROR));
            Terminal.of(spec).print(on(configuration.npuq().queue().dataDir()));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "checkpoint",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Print the newest checkpoint: a signed note of how far the log went. Keep it where nobody who can write to the data"
                        + " directory can write; \"npuq audit verify --checkpoint FILE\" holds the log against it.",
                ""
            })
    static final class NewestCheckpoint extends OnData {
        @Override
        String on(Path data) throws CommandFailedException {
            return new Checkpoints(data).newest().orElseThrow(() -> none("checkpoint", data));
        }
    }

    @Command(
            name = "key",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Print the public key that verifies the checkpoints, as a note's verifier key. Keep it elsewhere, for"
                        + " \"npuq audit verify --key\".",
                ""
            })
    static final class Key extends OnData {
        @Override
        String on(Path data) throws CommandFailedException {
            return new Checkpoints(data)
                    .key()
                    .orElseThrow(() -> none("key", data))
                    .toString();
        }
    }

    @Command(
            name = "rotate-key",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Make a new key for the checkpoints, and print its public half. The old one signs that it takes its place. No server may"
                        + " use the directory.",
                ""
            })
    static final class RotateKey extends OnData {
        @Override
        String on(Path data) {
            return Maintenance.rotateKey(data, Clock.systemUTC()).toString();
        }
    }

    private static CommandFailedException none(String what, Path data) {
        return new CommandFailedException(
                ExitCode.FAILED,
                data + " has no " + what + " of its request log; a server that is started there makes one");
    }
}
