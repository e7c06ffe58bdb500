package io.npuq.launcher.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.doctor.Check;
import io.npuq.launcher.doctor.Check.Status;
import io.npuq.launcher.doctor.Doctor;
import io.npuq.launcher.doctor.GoLive;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Say what this machine has of what npuq wants, and what to do about the rest. Changes nothing.",
            "Exit code 1 when something is missing that npuq cannot work without as it is configured, or that --go-live wants.",
            ""
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print a JSON array instead")
    private boolean json;

    @Option(
            names = "--go-live",
            description = "look too at what should be so before others rely on this npuq, which must be running")
    private boolean goLive;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "with --go-live: checkpoints of the request log that are kept elsewhere (npuq audit checkpoint)")
    private @Nullable Path checkpoint;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ALL);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, JsonProcessingException {
        Terminal terminal = Terminal.of(spec);
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        InvalidInputException.check(
                goLive || checkpoint == null, "--checkpoint", "--checkpoint is looked at with --go-live alone");
        List<Check> checks = new ArrayList<>(Doctor.examine(configuration, System.getenv()));
        if (goLive) {
            checks.addAll(GoLive.examine(configuration, System.getenv(), Optional.ofNullable(checkpoint)));
        }
        terminal.print(json ? Json.MAPPER.writeValueAsString(checks) : text(checks));
        return checks.stream().anyMatch(check -> check.status() == Status.NEEDED) ? ExitCode.FAILED : ExitCode.OK;
    }

    private static String text(List<Check> checks) {
        StringBuilder text = new StringBuilder();
        int width =
                checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
        for (Check check : checks) {
            text.append(mark(check.status()))
                    .append(check.name())
                    .append(" ".repeat(width - check.name().length() + 2))
                    .append(check.found())
                    .append('\n');
            if (!check.next().isEmpty()) {
                text.append(" ".repeat(width + 11))
                        .append("to do: ")
                        .append(check.next())
                        .append('\n');
            }
        }
        return text.toString().stripTrailing();
    }

    private static String mark(Status status) {
        return switch (status) {
            case OK -> "ok       ";
            case MISSING -> "missing  ";
            case NEEDED -> "NEEDED   ";
        };
    }
}
