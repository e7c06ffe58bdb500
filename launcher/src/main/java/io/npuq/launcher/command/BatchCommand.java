package io.npuq.launcher.command;

import io.npuq.launcher.batch.Batch;
import io.npuq.launcher.batch.BatchException;
import io.npuq.launcher.batch.Format;
import io.npuq.launcher.batch.Progress;
import io.npuq.launcher.batch.Splitting;
import io.npuq.launcher.batch.Tally;
import io.npuq.launcher.batch.Work;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.config.Durations;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobKind;
import io.npuq.schema.Limits;
import io.npuq.schema.WireName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code npuq batch}. */
@Command(
        name = "batch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Summarize many documents, each of any length: what is too long for one job is cut at sentence ends, its parts are"
                    + " summarized, and then what they gave.",
            "Run again with the same --out, it goes on where it was ended; documents that failed, or were changed, are done anew.",
            "Exit code 1 when a document failed.",
            ""
        })
final class BatchCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "files, folders (all texts below them), quoted patterns such as 'docs/**/*.md', or - for standard"
                            + " input; in UTF-8")
    private List<String> documents = List.of();

    @ArgGroup
    private Split split = new Split();

    @Option(
            names = "--job",
            paramLabel = "KIND",
            description = "summary, title, notification or memory_candidate; default summary")
    private String kind = JobKind.SUMMARY.wire();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "where the result goes; default results.jsonl, or .md or .csv by --format. Lines of JSON are kept"
                            + " beside the latter two, in FILE.jsonl")
    private @Nullable Path out;

    @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl, md or csv; default jsonl")
    private Format format = Format.JSONL;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "most tokens of a document's answer, at most 256; default by kind 32, 160, 96, 192")
    private @Nullable Integer maxNewTokens;

    @Option(names = "--priority", paramLabel = "0-9", description = "0 is the most urgent; default 7")
    private int priority = Limits.PRIORITY_BATCH;

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            description =
                    "when each job must have ended, from the moment it is handed in, such as 30m or 8h; it expires then")
    private @Nullable String deadline;

    @Option(
            names = "--device",
            paramLabel = "POLICY",
            description = "npu (only there), prefer_npu or any; default prefer_npu")
    private String device = DevicePolicy.PREFER_NPU.wire();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    private CommandSpec spec;

    /** What of a file is a document. */
    static final class Split {
        @Option(names = "--lines", description = "each line of a file is a document")
        private boolean lines;

        @Option(
                names = "--csv",
                paramLabel = "COLUMN",
                description = "each cell of that column is a document; the first line of a file names the columns")
        private @Nullable String column;

        Splitting splitting() {
            if (column != null) {
                return Splitting.csv(column);
            }
            return lines ? Splitting.lines() : Splitting.WHOLE;
        }
    }

    @Override
    public Integer call() throws CommandFailedException, InterruptedException {
        Terminal terminal = Terminal.of(spec);
        Path result = out == null ? Path.of("results." + format.name().toLowerCase(Locale.ROOT)) : out;
        Batch batch = new Batch(documents, split.splitting(), work(), result, format);
        Thread goodbye = new Thread(() -> terminal.say("\nstopped; run the same command again, and it goes on"));
        Runtime.getRuntime().addShutdownHook(goodbye);
        try {
            Tally tally = batch.run(
                    server.api(),
                    System.in,
                    Clock.systemUTC(),
                    total -> Terminal.isInteractive()
                            ? Progress.bar(terminal.err(), total)
                            : Progress.lines(terminal::say, total));
            return end(terminal, tally, result);
        } catch (ApiException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        } catch (BatchException e) {
            throw new CommandFailedException(
                    e.isInvalidInput() ? ExitCode.INVALID_INPUT : ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        } finally {
            Runtime.getRuntime().removeShutdownHook(goodbye);
        }
    }

    private Work work() throws CommandFailedException {
        return new Work(
                JobOptions.bounded(kind),
                maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens),
                priority,
                WireName.parse(DevicePolicy.class, "--device", device),
                deadline());
    }

    private Optional<Duration> deadline() throws CommandFailedException {
        Optional<Duration> given = Optional.ofNullable(deadline).flatMap(Durations::parse);
        if (deadline != null && given.isEmpty()) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT, "--deadline is \"" + deadline + "\"; it must be " + Durations.ALLOWED);
        }
        return given;
    }

    private static int end(Terminal terminal, Tally tally, Path result) throws CommandFailedException {
        if (tally.worked() + tally.before() == 0) {
            throw new CommandFailedException(ExitCode.INVALID_INPUT, "there is no text in what was named");
        }
        terminal.print((tally.succeeded() + tally.before()) + " succeeded"
                + (tally.before() > 0 ? " (" + tally.before() + " of them in earlier runs)" : "") + ", "
                + tally.failed() + " failed; " + result);
        return tally.failed() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
