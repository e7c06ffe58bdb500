package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.Broken;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.scheduler.postgres.StoreAudit;
import io.npuq.scheduler.postgres.StoreLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq audit verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Check the chain of all entries, and hold it against the checkpoints; of a store that hosts share, the chain of each host, and"
                    + " whether all of them say the same of each job. Exit code 1 when something is broken; the first broken entry"
                    + " is named. Changes nothing. The texts are compared with their hashes by \"npuq journal check\".",
            ""
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description = "check this export, with the checkpoints in FILE.checkpoints, instead of a data directory")
    private @Nullable Path export;

    @Option(
            names = "--filtered",
            description = "with --export: entries were left out on purpose; check what can be checked without them")
    private boolean filtered;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "one or more checkpoints that were kept elsewhere (npuq audit checkpoint)")
    private @Nullable Path checkpoint;

    @Option(
            names = "--key",
            paramLabel = "VKEY",
            description =
                    "a verifier key that was kept elsewhere (npuq audit key): only it counts, and keys that it vouches for;"
                            + " of a store, once for each host")
    private List<String> keys = List.of();

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.LOG);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        checkOptions();
        LogAudit audit = LogAudit.by(keys.stream().map(VerifierKey::parse).collect(Collectors.toSet()), checkpoint);
        long began = System.nanoTime();
        Found found = run(audit);
        double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
        Terminal.of(spec).print(found.text() + String.format(Locale.ROOT, "%ntime         %.2f s", seconds));
        if (found.broken().isPresent()) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    "the request log is broken: " + found.broken().get());
        }
        Terminal.of(spec).print(found.filtered() ? "ok, as far as a filtered export can tell" : "ok");
        return ExitCode.OK;
    }

    /**
     * What was found of the log, or the logs.
     *
     * @param broken what is broken first
     * @param filtered whether entries may be missing on purpose
     */
    private record Found(String text, Optional<String> broken, boolean filtered) {}

    private void checkOptions() throws CommandFailedException {
        boolean both = export != null && (options.isGiven(Settings.DATA) || options.isGiven(Settings.STORE));
        if (both || (filtered && export == null)) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT,
                    both
                            ? "--export, --data and --store exclude each other"
                            : "--filtered is said of an export, with --export");
        }
    }

    private Found run(LogAudit audit) throws ConfigException, CommandFailedException {
        if (export != null) {
            return found(filtered ? audit.filteredExport(export) : audit.export(export));
        }
        LogPlace place = LogPlace.of(options, options.resolve());
        if (place.store().isEmpty()) {
            return found(audit.directory(place.data()));
        }
        try (StoreLog store = StoreLog.open(place.store().get())) {
            return found(StoreAudit.of(store, audit));
        }
    }

    private Found found(AuditReport report) {
        return new Found(text(report), report.broken().map(Broken::message), report.filtered());
    }

    private Found found(StoreAudit audit) {
        StringBuilder text = new StringBuilder();
        audit.hosts()
                .forEach((host, report) -> text.append("host         ")
                        .append(host.id())
                        .append(" (")
                        .append(host.name())
                        .append(")\n")
                        .append(text(report))
                        .append("\n\n"));
        text.append("jobs         ")
                .append(audit.jobs())
                .append(", whose entries agree with each other")
                .append(audit.broken().isPresent() ? "; not all were looked at" : "");
        return new Found(text.toString(), audit.broken(), false);
    }

    private String text(AuditReport report) {
        String rest = report.entries() == report.proven()
                ? ""
                : report.filtered()
                        ? "; each of the others stands for itself: that it was not changed, or others beside it were not left out, cannot be told"
                        : "; the " + (report.entries() - report.proven())
                                + " behind the newest one are held by nothing but their own chain";
        String torn = report.unfinished() ? "; an unfinished write follows, which nobody was told of" : "";
        String unvouched = report.unvouched() == 0
                ? ""
                : "; " + report.unvouched() + " notes are signed by keys that the given one does not vouch for";
        String newest = report.newest()
                .map(latest -> report.checkpoints() + " hold, the newest of " + latest.at() + ": " + latest.entries()
                        + " entries")
                .orElse("none: a cut tail, or a log that was written anew, would not be found");
        String known = report.keys().stream().map(VerifierKey::toString).collect(Collectors.joining("\n             "));
        return String.join(
                "\n",
                "entries      " + report.entries() + torn,
                "head         " + report.head(),
                "proven       " + report.proven() + " entries, by checkpoints" + rest,
                "checkpoints  " + newest + unvouched,
                "keys         " + (known.isEmpty() ? "none" : known)
                        + (keys.isEmpty() && !known.isEmpty() ? " (by the log's own word; --key tells more)" : ""));
    }
}
