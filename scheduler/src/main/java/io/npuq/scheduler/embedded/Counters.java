package io.npuq.scheduler.embedded;

import io.npuq.schema.JobState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How many jobs stand where. Written by the writer, read by anyone. */
final class Counters {
    private final Map<JobState, long[]> counts;

    /**
     * Goes on from these.
     *
     * @param counts jobs of every state, by priority
     */
    Counters(Map<JobState, long[]> counts) {
        this.counts = new EnumMap<>(counts);
    }

    synchronized void added(int priority) {
        of(JobState.QUEUED)[priority]++;
    }

    synchronized void moved(JobState from, JobState to, int priority) {
        of(from)[priority]--;
        of(from.moveTo(to))[priority]++;
    }

    synchronized long queued() {
        return Arrays.stream(of(JobState.QUEUED)).sum();
    }

    synchronized Map<JobState, Long> byState() {
        Map<JobState, Long> byState = new EnumMap<>(JobState.class);
        counts.forEach((state, ofPriority) ->
                byState.put(state, Arrays.stream(ofPriority).sum()));
        return byState;
    }

    synchronized Map<Integer, Long> queuedByPriority() {
        Map<Integer, Long> byPriority = new TreeMap<>();
        long[] queued = of(JobState.QUEUED);
        for (int priority = 0; priority < queued.length; priority++) {
            if (queued[priority] > 0) {
                byPriority.put(priority, queued[priority]);
            }
        }
        return byPriority;
    }

    private long[] of(JobState state) {
        long[] ofPriority = counts.get(state);
        if (ofPriority == null) {
            throw new IllegalStateException("no count for " + state.wire());
        }
        return ofPriority;
    }
}
