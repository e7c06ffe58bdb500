package io.npuq.launcher.command;

import io.npuq.launcher.config.PointInTime;
import io.npuq.launcher.report.JobReview;
import io.npuq.launcher.report.LatencyReport;
import io.npuq.launcher.report.ReportFormat;
import io.npuq.scheduler.LogSource;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.postgres.StoreLog;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobId;
import io.npuq.smoke.OutsideGrowth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code npuq report}: what the request log says, for people who review it. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {"Write a report from the request log. A server may run meanwhile.", ""},
        subcommands = {ReportCommand.Latency.class, ReportCommand.Review.class})
final class ReportCommand {
    private ReportCommand() {}

    private abstract static class OnLog extends LogCommand {
        @Option(names = "--out", paramLabel = "FILE", description = "where it goes; default: standard output")
        @Nullable
        Path out;

        abstract String text(LogSource log) throws IOException, CommandFailedException;

        private String text(LogPlace place) throws IOException, CommandFailedException {
            if (place.store().isEmpty()) {
                return text(RequestLog.of(place.data()));
            }
            try (StoreLog store = StoreLog.open(place.store().get())) {
                return text(store);
            }
        }

        @Override
        final void on(LogPlace place, Terminal terminal) throws CommandFailedException {
            String text;
            try {
                text = text(place);
            } catch (IOException e) {
                throw new CommandFailedException(
                        ExitCode.FAILED, "cannot read the request log in " + place + ": " + e.getMessage(), e);
            }
            if (out == null) {
                terminal.print(text.stripTrailing());
            } else {
                OutputFile.write(out, text, "report", "--out");
                terminal.say("written to " + out);
            }
        }
    }

    @Command(
            name = "latency",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "How long jobs took, by kind and device, against the targets; waits and length of the queue over time; and how much of it is"
                        + " proven to be the NPU's work.",
                ""
            })
    static final class Latency extends OnLog {
        @Option(
                names = "--since",
                paramLabel = "TIME|DURATION",
                defaultValue = "24h",
                description = "jobs that ended from then on, or in that last while; default ${DEFAULT-VALUE}")
        private String since = "24h";

        @Option(
                names = "--until",
                paramLabel = "TIME|DURATION",
                description = "jobs that ended before then; default: now")
        private @Nullable String until;

        @Option(
                names = "--format",
                paramLabel = "html|json|csv|md",
                description = "default: by the name of the file, or html")
        private @Nullable String format;

        @Override
        String text(LogSource log) throws IOException {
            Clock clock = Clock.systemUTC();
            Instant from = PointInTime.parse("--since", since, clock);
            Instant to = until == null ? clock.instant() : PointInTime.parse("--until", until, clock);
            InvalidInputException.check(from.isBefore(to), "--since", "--since must be before --until");
            return format().write(LatencyReport.of(log, from, to));
        }

        private ReportFormat format() {
            String name = format == null ? ending() : format;
            return Stream.of(ReportFormat.values())
                    .filter(known -> known.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException(
                            "--format", "--format is \"" + name + "\"; it must be html, json, csv or md"));
        }

        /** A file whose name says nothing gets a page. */
        private String ending() {
            String name = out == null ? "" : out.toString().toLowerCase(Locale.ROOT);
            return Stream.of(ReportFormat.values())
                    .map(Enum::name)
                    .filter(known -> name.endsWith("." + known.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElse(ReportFormat.HTML.name());
        }
    }

    @Command(
            name = "review",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {"One job's evidence on a page, as Markdown, for whoever reviews it.", ""})
    static final class Review extends OnLog {
        @Option(names = "--job", required = true, paramLabel = "ID", description = "which job")
        private String job = "";

        @Option(
                names = "--busy-before",
                paramLabel = "US",
                description = "the NPU's busy counter as you read it before the job, in microseconds")
        private @Nullable Long busyBefore;

        @Option(names = "--busy-after", paramLabel = "US", description = "the same behind it")
        private @Nullable Long busyAfter;

        @Override
        String text(LogSource log) throws IOException, CommandFailedException {
            JobId id = JobId.parse(job)
                    .orElseThrow(
                            () -> new InvalidInputException("--job", "--job is \"" + job + "\", which is no job's id"));
            return JobReview.of(log, id, new OutsideGrowth(optional(busyBefore), optional(busyAfter)))
                    .orElseThrow(() -> new CommandFailedException(
                            ExitCode.FAILED,
                            "the request log has no end of " + id.value() + ": it is not here, or has not ended"));
        }

        private static OptionalLong optional(@Nullable Long value) {
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
        }
    }
}
