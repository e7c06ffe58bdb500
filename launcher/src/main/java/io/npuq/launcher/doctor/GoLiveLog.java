package io.npuq.launcher.doctor;

import io.npuq.launcher.report.LatencyReport;
import io.npuq.launcher.report.Target;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.schema.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the request log says before going live: how fast the machine was, and whether the log can be held against anything. */
final class GoLiveLog {
    private static final Duration LOOKED_AT = Duration.ofDays(7);

    private GoLiveLog() {}

    /** Measured latency against the targets of {@code npuq report latency}. */
    static Check latency(Path data, Clock clock) {
        String name = "latency";
        Instant now = clock.instant();
        try {
            List<Target> targets = Target.of(LatencyReport.of(RequestLog.of(data), now.minus(LOOKED_AT), now)
                    .groups());
            String failed = named(targets, "fail");
            if (!failed.isEmpty()) {
                return Check.needed(
                        name, failed, "see npuq report latency; a smaller model, a faster device or a shorter queue");
            }
            String passed = named(targets, "pass");
            return passed.isEmpty()
                    ? Check.needed(
                            name,
                            "the last 7 days have too few jobs to say",
                            "run jobs as you will run them: 130 of a kind tell its p50 and p95 (npuq batch, or your own program)")
                    : Check.ok(name, passed);
        } catch (IOException | RuntimeException e) {
            return Check.needed(
                    name, "the request log in " + data + " cannot be read: " + e.getMessage(), "correct --data");
        }
    }

    private static String named(List<Target> targets, String result) {
        return targets.stream()
                .filter(target -> target.result().equals(result))
                .map(target -> target.name() + " " + target.seen() + " (" + target.bound() + ")")
                .collect(Collectors.joining(", "));
    }

    /** A checkpoint that is kept elsewhere, held against the log. */
    static Check checkpoints(Path data, Optional<Path> kept) {
        String name = "checkpoints";
        String next =
                "have another machine keep \"npuq audit checkpoint\" (docs/audit.md), and show its file with --checkpoint";
        if (kept.isEmpty()) {
            return Check.needed(name, "none was shown that is kept elsewhere", next);
        }
        try {
            AuditReport report = new LogAudit(null, kept.get()).directory(data);
            return report.broken()
                    .map(broken ->
                            Check.needed(name, "the request log is broken: " + broken.message(), "npuq audit verify"))
                    .orElseGet(() -> Check.ok(
                            name,
                            "those in " + kept.get() + " hold; " + report.proven() + " of " + report.entries()
                                    + " entries are proven"));
        } catch (InvalidInputException | QueueUnavailableException e) {
            return Check.needed(name, String.valueOf(e.getMessage()), next);
        }
    }
}
