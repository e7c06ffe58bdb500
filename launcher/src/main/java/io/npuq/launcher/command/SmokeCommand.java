package io.npuq.launcher.command;

import io.npuq.launcher.child.ChildProgram;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.smoke.Check;
import io.npuq.smoke.SmokePlan;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq smoke}. */
@Command(
        name = "smoke",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Check that npuq works here: a job without a server, then a server of its own on a free port with a data directory of its own,"
                    + " one generation, and its end. Prints each check with what was seen; exit code 1 when one failed.",
            ""
        })
final class SmokeCommand implements Callable<Integer> {
    @Option(names = "--url", paramLabel = "URL", description = "check the server at this address instead")
    private @Nullable URI url;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ENGINE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        Terminal terminal = Terminal.of(spec);
        options.resolve();
        SmokePlan plan = new SmokePlan(check -> terminal.print(line(check)));
        boolean passed = url == null
                ? plan.run(new ChildProgram(options.arguments(), line -> terminal.say("  " + line)))
                : plan.run(url);
        terminal.print(passed ? "smoke: nothing failed" : "smoke: FAILED, see above");
        return passed ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String line(Check check) {
        String mark = switch (check.result()) {
            case PASSED -> "ok          ";
            case NOT_PROVEN -> "not proven  ";
            case FAILED -> "FAILED      ";
        };
        return mark + check.name() + ": " + check.evidence();
    }
}
