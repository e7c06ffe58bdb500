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
import io.npuq.schema.Json;
import java.util.List;
import java.util.concurrent.Callable;
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
            "Exit code 1 when something is missing that npuq cannot work without as it is configured.",
            ""
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print a JSON array instead")
    private boolean json;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ALL);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, JsonProcessingException {
        Terminal terminal = Terminal.of(spec);
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        List<Check> checks = Doctor.examine(configuration, System.getenv());
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
