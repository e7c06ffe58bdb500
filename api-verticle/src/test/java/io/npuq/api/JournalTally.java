package io.npuq.api;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the entries of a journal say, counted: of a queue that is closed. */
final class JournalTally {
    final Map<String, Long> submitted = new TreeMap<>();
    final Map<String, Long> started = new TreeMap<>();
    final Map<String, Long> ended = new TreeMap<>();
    final Map<String, Long> errors = new TreeMap<>();
    final Map<String, Long> verdicts = new TreeMap<>();
    long recovered;
    long starts;
    long tokens;
    long busyUs;
    long timed;
    double waitSeconds;
    double generateSeconds;
    long entries;

    private final Map<String, JobKind> kinds = new HashMap<>();
    private final Map<String, Instant> accepted = new HashMap<>();
    private final long first;

    private JournalTally(long first) {
        this.first = first;
    }

    /** Counts from that entry on. */
    static JournalTally of(Path data, long first) {
        JournalTally tally = new JournalTally(first);
        try {
            JournalReader.read(
                    data.resolve("journal"), (seq, at, line) -> tally.entry(seq, JournalReader.parse(line, at)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tally;
    }

    private void entry(long seq, Entry entry) {
        entries++;
        if (entry.job() == null) {
            return;
        }
        String job = entry.job().value();
        Change change = entry.change();
        if (change instanceof Change.Submitted it) {
            kinds.put(job, it.kind());
            accepted.put(job, entry.at());
        }
        if (seq < first) {
            return;
        }
        if (change instanceof Change.Submitted it) {
            submitted.merge(it.kind().wire(), 1L, Long::sum);
        } else if (change instanceof Change.Started it) {
            starts++;
            started.merge(it.lane().wire() + " " + it.route().wire(), 1L, Long::sum);
            waitSeconds += Claim.waitMs(accepted.get(job), entry.at()) / 1e3;
        } else if (change instanceof Change.Recovered) {
            recovered++;
        } else if (change instanceof Change.Ended it) {
            end(kinds.get(job), it);
        }
    }

    private void end(JobKind kind, Change.Ended end) {
        Evidence ran = end.evidence();
        String device = ran == null || ran.deviceActual() == null ? "none" : ran.deviceActual();
        ended.merge(device + " " + kind.wire() + " " + end.state().wire(), 1L, Long::sum);
        if (end.error() != null) {
            errors.merge(end.error().code().wire(), 1L, Long::sum);
        }
        if (ran != null) {
            verdicts.merge(ran.verdict().wire(), 1L, Long::sum);
            tokens += ran.completionTokens() == null ? 0 : ran.completionTokens();
            busyUs += ran.npuBusyDeltaUs() == null ? 0 : ran.npuBusyDeltaUs();
            timed += ran.timing().generate() == null ? 0 : 1;
            generateSeconds +=
                    ran.timing().generate() == null ? 0 : ran.timing().generate() / 1e3;
        }
    }
}
