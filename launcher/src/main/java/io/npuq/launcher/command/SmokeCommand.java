package io.npuq.launcher.command;

import io.npuq.launcher.child.ChildProgram;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.Settings;
import io.npuq.smoke.Check;
import io.npuq.smoke.SmokePlan;
import io.npuq.worker.engine.TestOverride;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
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
                    + " one generation with the NPU's busy counter read from outside, and its end. Prints each check with what was seen, and"
                    + " writes them down; exit code 1 when one failed. Uses a text of its own.",
            ""
        })
final class SmokeCommand implements Callable<Integer> {
    private static final DateTimeFormatter FILE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Option(names = "--url", paramLabel = "URL", description = "check the server at this address instead")
    private @Nullable URI url;

    @Option(names = "--require-npu", description = "fail when it is not proven that the NPU did the work")
    private boolean requireNpu;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "where the record for reviewers goes (Markdown); default: a new file in logs of npuq's home")
    private @Nullable Path record;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ENGINE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException, InterruptedException {
        Terminal terminal = Terminal.of(spec);
        Configuration configuration = options.resolve();
        Optional<Path> counter = TestOverride.ofThisProcess()
                .map(TestOverride::counterFile)
                .or(configuration.npuq().engine()::busyCounter);
        SmokePlan plan = new SmokePlan(requireNpu, counter, check -> terminal.print(line(check)));
        boolean passed = url == null
                ? plan.run(new ChildProgram(options.arguments(), line -> terminal.say("  " + line)))
                : plan.run(url);
        Instant now = Clock.systemUTC().instant();
        Path file = record == null ? inHome(configuration, now) : record;
        OutputFile.write(file, heading(now, passed) + plan.record(), "record", "--record");
        terminal.print("record: " + file);
        terminal.print(passed ? "smoke: nothing failed" : "smoke: FAILED, see above");
        return passed ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Path inHome(Configuration configuration, Instant now) {
        return configuration.npuq().home().resolve("logs").resolve("smoke-" + FILE_TIME.format(now) + ".md");
    }

    private static String heading(Instant now, boolean passed) {
        return String.join(
                "\n",
                "# Smoke record",
                "",
                "npuq " + Version.text() + ", " + now + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch") + ", Java " + System.getProperty("java.version") + ": "
                        + (passed ? "nothing failed" : "something failed") + ".",
                "",
                "");
    }

    private static String line(Check check) {
        String mark = String.format(Locale.ROOT, "%-12s", check.result().text());
        return mark + check.name() + ": " + check.evidence();
    }
}
