package io.npuq.scheduler.index;

import io.npuq.scheduler.common.Counts;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import io.npuq.schema.RouteReason;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many jobs stand where. Written with the index, read by anyone. */
public final class QueueCounts implements Counts {
    private static final int PRIORITIES = Limits.PRIORITY_MAX + 1;

    private final Map<JobState, long[]> jobs = new EnumMap<>(JobState.class);
    private final Map<String, Long> queuedByClient = new HashMap<>();
    private final Map<RouteReason, Long> routed = new EnumMap<>(RouteReason.class);
    private long queued;
    private long queuedBytes;

    QueueCounts() {
        for (JobState state : JobState.values()) {
            jobs.put(state, new long[PRIORITIES]);
        }
    }

    @Override
    public synchronized long queued() {
        return queued;
    }

    @Override
    public synchronized long queuedBytes() {
        return queuedBytes;
    }

    @Override
    public synchronized long queued(String client) {
        return queuedByClient.getOrDefault(client, 0L);
    }

    /** Jobs in each state. */
    public synchronized Map<JobState, Long> byState() {
        Map<JobState, Long> byState = new EnumMap<>(JobState.class);
        jobs.forEach((state, ofPriority) ->
                byState.put(state, Arrays.stream(ofPriority).sum()));
        return byState;
    }

    /** Queued jobs of each priority that has any. */
    public synchronized Map<Integer, Long> queuedByPriority() {
        Map<Integer, Long> byPriority = new TreeMap<>();
        long[] queued = of(JobState.QUEUED);
        for (int priority = 0; priority < queued.length; priority++) {
            if (queued[priority] > 0) {
                byPriority.put(priority, queued[priority]);
            }
        }
        return byPriority;
    }

    /** Attempts that began, by why the lane took them. */
    public synchronized Map<RouteReason, Long> routed() {
        return new EnumMap<>(routed);
    }

    /** One more attempt began; journals of before there were several lanes do not say why. */
    synchronized void routed(@Nullable RouteReason reason) {
        if (reason != null) {
            routed.merge(reason, 1L, Long::sum);
        }
    }

    synchronized void added(JobRow row) {
        add(row, 1);
    }

    synchronized void moved(JobRow from, JobRow to) {
        add(from, -1);
        add(to, 1);
    }

    /** All of it as numbers by name, to be kept in the index's file. */
    synchronized Map<String, Long> saved() {
        Map<String, Long> saved = new HashMap<>();
        jobs.forEach((state, ofPriority) -> {
            for (int priority = 0; priority < ofPriority.length; priority++) {
                saved.put("jobs/" + state.wire() + "/" + priority, ofPriority[priority]);
            }
        });
        saved.put("queued_bytes", queuedBytes);
        queuedByClient.forEach((client, count) -> saved.put("client/" + client, count));
        routed.forEach((reason, count) -> saved.put("routed/" + reason.wire(), count));
        return saved;
    }

    synchronized void restore(Map<String, Long> saved) {
        jobs.forEach((state, ofPriority) -> {
            for (int priority = 0; priority < ofPriority.length; priority++) {
                ofPriority[priority] = saved.getOrDefault("jobs/" + state.wire() + "/" + priority, 0L);
            }
        });
        queued = Arrays.stream(of(JobState.QUEUED)).sum();
        queuedBytes = saved.getOrDefault("queued_bytes", 0L);
        for (RouteReason reason : RouteReason.values()) {
            Long count = saved.get("routed/" + reason.wire());
            if (count != null) {
                routed.put(reason, count);
            }
        }
        saved.forEach((name, count) -> {
            if (name.startsWith("client/")) {
                queuedByClient.put(name.substring("client/".length()), count);
            }
        });
    }

    private void add(JobRow row, int sign) {
        of(row.state())[row.priority()] += sign;
        if (row.state() == JobState.QUEUED) {
            queued += sign;
            queuedBytes += (long) sign * row.inputBytes();
            queuedByClient.merge(row.client(), (long) sign, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    private long[] of(JobState state) {
        long[] ofPriority = jobs.get(state);
        if (ofPriority == null) {
            throw new IllegalStateException("no count for " + state.wire());
        }
        return ofPriority;
    }
}
