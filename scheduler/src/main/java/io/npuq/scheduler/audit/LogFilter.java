package io.npuq.scheduler.audit;

import io.npuq.scheduler.LogLine;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import java.time.Instant;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which entries are wanted. Sees all of them in order, for only a job's first entry says its kind. */
public final class LogFilter {
    private final @Nullable Instant since;
    private final @Nullable Instant until;
    private final Set<JobKind> kinds;
    private final Set<JobId> jobs;

    /** Jobs of the kinds that are wanted, by the numbers of their first entries. */
    private final BitSet ofKind = new BitSet();

    private Instant time = Instant.MIN;

    /**
     * A filter; each condition holds of every entry that is wanted.
     *
     * @param since not before that; null for any time
     * @param until before that; null for any time
     * @param kinds of jobs of these kinds; empty for all entries
     * @param jobs of these jobs; empty for all entries
     */
    public LogFilter(@Nullable Instant since, @Nullable Instant until, Set<JobKind> kinds, Set<JobId> jobs) {
        this.since = since;
        this.until = until;
        this.kinds = Set.copyOf(kinds);
        this.jobs = Set.copyOf(jobs);
    }

    /** Whether it leaves nothing out. */
    public boolean isNone() {
        return since == null && until == null && kinds.isEmpty() && jobs.isEmpty();
    }

    /** Whether that entry, which is the next one, is wanted. */
    boolean wants(LogLine line) {
        return isNone() || wants(line, line.entry());
    }

    private boolean wants(LogLine line, Entry entry) {
        // The entry that begins a segment has no time of its own.
        time = entry.change() instanceof Change.SegmentOpened ? time : entry.at();
        note(line, entry);
        JobId job = entry.job();
        boolean inTime = (since == null || !time.isBefore(since)) && (until == null || time.isBefore(until));
        boolean kindWanted = kinds.isEmpty() || (job != null && ofKind.get(numberOf(line, job)));
        return inTime && kindWanted && (jobs.isEmpty() || (job != null && jobs.contains(job)));
    }

    private void note(LogLine line, Entry entry) {
        JobId job = entry.job();
        if (job != null && entry.change() instanceof Change.Submitted submitted && kinds.contains(submitted.kind())) {
            ofKind.set(numberOf(line, job));
        }
    }

    private static int numberOf(LogLine line, JobId job) {
        return Math.toIntExact(line.numberOf(job));
    }
}
