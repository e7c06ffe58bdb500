package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.Counts;
import io.npuq.scheduler.common.Line;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import io.npuq.schema.RouteReason;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many jobs stand where, on all hosts: exact for what this host did, and as of a moment ago for what others did. So the bound on
 * queued jobs may be passed by what the other hosts take in that time. Written by the writer, read by anyone.
 */
final class Totals implements Counts {
    private static final Duration REFRESH_AFTER = Duration.ofMillis(250);
    private static final String QUEUED_BYTES = "queued_bytes";

    private final Current current;
    private volatile Map<String, Long> known = Map.of();
    private Instant refreshedAt = Instant.MIN;

    Totals(Current current) {
        this.current = current;
    }

    /** What a job counts for as it stands, by the names of the sums. */
    static Map<String, Long> names(JobRow row) {
        Map<String, Long> names = new HashMap<>();
        names.put(jobs(row.state(), row.priority()), 1L);
        if (row.state() == JobState.QUEUED) {
            names.put(QUEUED_BYTES, (long) row.inputBytes());
        }
        if (row.isInLine()) {
            names.put(line(row.line()), 1L);
        }
        return names;
    }

    static String routed(RouteReason reason) {
        return "routed/" + reason.wire();
    }

    private static String jobs(JobState state, int priority) {
        return "jobs/" + state.wire() + "/" + priority;
    }

    private static String line(Line line) {
        return "line/" + JobRowMapper.name(line);
    }

    /** A transaction begins: looks at what others did, unless that was just done. */
    void refresh(Tx tx) {
        if (refreshedAt.plus(REFRESH_AFTER).isAfter(tx.now())) {
            return;
        }
        known = LogTable.counts(tx.handle());
        refreshedAt = tx.now();
    }

    /** A transaction is on disk. */
    void committed(Map<String, Long> changes) {
        if (!changes.isEmpty()) {
            Map<String, Long> next = new HashMap<>(known);
            changes.forEach((name, amount) -> next.merge(name, amount, Long::sum));
            known = next;
        }
    }

    /** Nothing is known any more. */
    void forget() {
        refreshedAt = Instant.MIN;
    }

    @Override
    public long queued() {
        long queued = 0;
        for (int priority = Limits.PRIORITY_MIN; priority <= Limits.PRIORITY_MAX; priority++) {
            queued += get(jobs(JobState.QUEUED, priority));
        }
        return queued;
    }

    @Override
    public long queuedBytes() {
        return get(QUEUED_BYTES);
    }

    @Override
    public long queued(String client) {
        return JobTable.countQueued(current.tx().handle(), client)
                + current.tx().comingOf(client);
    }

    /** How many jobs stand in that line. */
    long inLine(Line line) {
        return get(line(line));
    }

    boolean anyInLine() {
        return Stream.of(Line.values()).anyMatch(line -> inLine(line) > 0);
    }

    Map<JobState, Long> byState() {
        Map<JobState, Long> byState = new EnumMap<>(JobState.class);
        for (JobState state : JobState.values()) {
            long jobs = 0;
            for (int priority = Limits.PRIORITY_MIN; priority <= Limits.PRIORITY_MAX; priority++) {
                jobs += get(jobs(state, priority));
            }
            byState.put(state, jobs);
        }
        return byState;
    }

    Map<Integer, Long> queuedByPriority() {
        Map<Integer, Long> byPriority = new TreeMap<>();
        for (int priority = Limits.PRIORITY_MIN; priority <= Limits.PRIORITY_MAX; priority++) {
            long queued = get(jobs(JobState.QUEUED, priority));
            if (queued > 0) {
                byPriority.put(priority, queued);
            }
        }
        return byPriority;
    }

    Map<RouteReason, Long> routed() {
        Map<RouteReason, Long> routed = new EnumMap<>(RouteReason.class);
        for (RouteReason reason : RouteReason.values()) {
            long attempts = get(routed(reason));
            if (attempts > 0) {
                routed.put(reason, attempts);
            }
        }
        return routed;
    }

    /** With what the transaction under way changes, on its thread. */
    private long get(String name) {
        return known.getOrDefault(name, 0L) + current.change(name);
    }
}
