package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.PointInTime;
import io.npuq.launcher.config.Settings;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.audit.LogExport;
import io.npuq.scheduler.audit.LogFilter;
import io.npuq.scheduler.postgres.StoreLog;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.WireName;
import io.npuq.schema.config.StoreConfig;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq audit export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write the request log, an entry a line, as the very bytes that its hashes are over; and its checkpoints, beside it. No text of a"
                    + " prompt or an answer is in it.",
            "With a filter, entries are missing, and the chain cannot prove what is left: \"npuq audit verify --filtered\" checks what it can.",
            ""
        })
final class AuditExportCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE|-",
            description =
                    "a new file, to which FILE.checkpoints is added; or - for standard output, without checkpoints; of a store, a new"
                            + " directory, with a file a host")
    private String out = STANDARD_OUTPUT;

    @Option(
            names = "--since",
            paramLabel = "TIME|DURATION",
            description = "entries from then on, or of that last while")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME|DURATION", description = "entries before then")
    private @Nullable String until;

    @Option(names = "--kind", paramLabel = "KIND", split = ",", description = "entries of jobs of this kind, or these")
    private List<String> kinds = List.of();

    @Option(names = "--job", paramLabel = "ID", split = ",", description = "entries of this job, or these")
    private List<String> jobs = List.of();

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.LOG);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        var configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        LogFilter filter = filter();
        LogPlace place = LogPlace.of(options, configuration);
        if (place.store().isPresent()) {
            Terminal.of(spec).say(ofHosts(place.store().get(), filter));
            return ExitCode.OK;
        }
        LogExport export = new LogExport(place.data(), filter);
        LogExport.Exported exported = out.equals(STANDARD_OUTPUT) ? toStandardOutput(export) : export.to(Path.of(out));
        Terminal.of(spec).say(text(exported, filter));
        return ExitCode.OK;
    }

    /** Each host's log is a chain of its own, and so a file of its own. */
    private String ofHosts(StoreConfig config, LogFilter filter) throws CommandFailedException {
        if (out.equals(STANDARD_OUTPUT) || !kinds.isEmpty()) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT,
                    "the logs of a store's hosts go to a directory, and --kind is not asked of them: what a job is, the host"
                            + " that accepted it knows alone");
        }
        try (StoreLog store = StoreLog.open(config)) {
            Path directory = Files.createDirectory(Path.of(out));
            StringBuilder said =
                    new StringBuilder("exported to " + out + ", a file a host, and its checkpoints beside it");
            for (StoreLog.Host host : store.hosts()) {
                Path file = directory.resolve("host-" + host.id() + ".jsonl");
                byte[] notes = store.of(host).notes().getBytes(StandardCharsets.UTF_8);
                LogExport.Exported exported = new LogExport(store.logOf(host), () -> notes, filter).to(file);
                said.append("\n")
                        .append(file.getFileName())
                        .append("  entries ")
                        .append(exported.entries())
                        .append(" of ")
                        .append(exported.of())
                        .append("  ")
                        .append(host.name());
            }
            return said.toString();
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    "--out: the directory " + out + " cannot be made: "
                            + e.getClass().getSimpleName() + "; name a new one",
                    e);
        }
    }

    private static LogExport.Exported toStandardOutput(LogExport export) throws CommandFailedException {
        try (OutputStream stream = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
            return export.to(stream);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED, "the export to standard output broke off: " + e.getMessage(), e);
        }
    }

    private LogFilter filter() {
        return new LogFilter(
                moment("--since", since),
                moment("--until", until),
                kinds.stream()
                        .map(kind -> WireName.parse(JobKind.class, "--kind", kind))
                        .collect(Collectors.toSet()),
                jobs.stream()
                        .map(id -> JobId.parse(id)
                                .orElseThrow(() -> new InvalidInputException(
                                        "--job", "--job is \"" + id + "\", which is no job's id")))
                        .collect(Collectors.toSet()));
    }

    private static @Nullable Instant moment(String option, @Nullable String text) {
        return text == null ? null : PointInTime.parse(option, text, Clock.systemUTC());
    }

    private String text(LogExport.Exported exported, LogFilter filter) {
        String to = out.equals(STANDARD_OUTPUT)
                ? "exported to standard output, without checkpoints"
                : "exported to " + out + ", and checkpoints to " + out + LogAudit.CHECKPOINTS_SUFFIX;
        return filter.isNone()
                ? to + "\nentries   " + exported.entries()
                : to + "\nentries   " + exported.entries() + " of " + exported.of()
                        + "; filtered, so that it cannot prove that no entry is missing: check it with \"npuq audit verify --filtered\"";
    }
}
