package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.RouteReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of this host: what it changes, what goes into the log with it, and what follows once it is on disk. Nothing outside
 * changes before that, so that it can be made again from the same requests. On the writer's thread.
 */
final class Tx {
    private final Handle handle;
    private final Instant now;
    private final int host;
    private final LogTable.End from;
    private final LogChain chain;
    private final Map<JobId, Claim> held;
    private final Map<String, Long> counts = new HashMap<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final Set<Integer> told = new HashSet<>();
    private final Map<String, Long> coming = new HashMap<>();
    private @Nullable Instant moment;
    private boolean putInLine;
    private boolean touched;

    Tx(Handle handle, Instant now, int host, LogTable.End from, Map<JobId, Claim> held) {
        this.handle = handle;
        this.now = now;
        this.host = host;
        this.from = from;
        this.chain = new LogChain(from);
        this.held = new HashMap<>(held);
    }

    Handle handle() {
        return handle;
    }

    /** When all of it happens. */
    Instant now() {
        return now;
    }

    /** Whose it is. */
    int host() {
        return host;
    }

    /** What the lanes of this host run, once it is on disk. */
    Map<JobId, Claim> held() {
        return held;
    }

    /** Records what happened to a job, or to the queue as a whole. */
    void record(@Nullable JobId job, Change change) {
        chain.add(now, job, change);
    }

    /** Runs once it is on disk. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** A job is new. */
    void added(JobRow row) {
        count(row, 1);
        waits(row);
    }

    /** A job that was to be new is none. */
    void removed(JobRow row) {
        count(row, -1);
    }

    /** A job stands elsewhere now; whoever accepted it is to hear of that. */
    void moved(JobRow before, JobRow after) {
        count(before, -1);
        count(after, 1);
        waits(after);
        if (before.origin() != host) {
            told.add(before.origin());
        }
    }

    /** A job of that client is taken, and not in the table yet. */
    void coming(String client) {
        coming.merge(client, 1L, Long::sum);
    }

    /** All that were taken are in the table. */
    void allCame() {
        coming.clear();
    }

    /** How many jobs of that client are taken, and not in the table yet. */
    long comingOf(String client) {
        return coming.getOrDefault(client, 0L);
    }

    /** That host is to look what became of its jobs. */
    void tell(int other) {
        told.add(other);
    }

    /** All hosts are to look. */
    void tellAll() {
        putInLine = true;
    }

    /** The hosts that are to look what became of their jobs. */
    Set<Integer> told() {
        return told;
    }

    /** An attempt began for that reason. */
    void routed(RouteReason reason) {
        counts.merge(Totals.routed(reason), 1L, Long::sum);
    }

    /** How its sums change. */
    Map<String, Long> counts() {
        return counts;
    }

    /** Whether a lane of another host may find a job by it. */
    boolean putsInLine() {
        return putInLine;
    }

    /** Whether there is anything to be committed. */
    boolean isEmpty() {
        return !touched && chain.lines().isEmpty() && counts.isEmpty();
    }

    /** Where the log ends by it. */
    LogTable.End end() {
        return new LogTable.End(from.epoch(), from.commits() + 1, chain.seq(), chain.head());
    }

    /** Writes log and sums; false when this host was given up by the others. */
    boolean append() {
        counts.values().removeIf(amount -> amount == 0);
        return LogTable.append(handle, host, from, end(), chain.lines(), counts) == 1;
    }

    /** It is on disk. */
    void committed() {
        afterCommit.forEach(Runnable::run);
    }

    /** Has it written though nothing changes: so this host finds out whether it was given up. */
    boolean touch() {
        touched = true;
        return true;
    }

    /** When the first thing happens by itself to a job that it put there; empty when none does. */
    Optional<Instant> moment() {
        return Optional.ofNullable(moment);
    }

    private void waits(JobRow row) {
        putInLine |= row.isInLine();
        if (row.state() == JobState.QUEUED) {
            row.deadlineAt().ifPresent(this::expect);
            row.notBefore().ifPresent(this::expect);
        }
    }

    private void expect(Instant at) {
        Instant known = moment;
        moment = known == null || at.isBefore(known) ? at : known;
    }

    private void count(JobRow row, long sign) {
        Totals.names(row).forEach((name, amount) -> counts.merge(name, sign * amount, Long::sum));
    }
}
