package io.npuq.api.live;

import io.npuq.schema.Evidence;
import io.npuq.schema.JobState;
import io.npuq.schema.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What jobs did in the last quarter of an hour, in steps, and since the process began. All of it comes from the journal's entries and the
 * evidence in them. Threads of the queue tell, any thread looks.
 */
public final class Activity {
    /** How long a step is, in seconds. */
    static final int STEP_SECONDS = 15;

    /** How many steps are known, the present one among them. */
    static final int STEPS = 60;

    private final LongSupplier nanos;
    private final Sums[] ring = new Sums[STEPS];
    private final Sums total = new Sums();
    private long newest;
    private long told;

    /**
     * Nothing has happened yet.
     *
     * @param nanos a monotonic clock
     */
    public Activity(LongSupplier nanos) {
        this.nanos = nanos;
        newest = step();
        for (int i = 0; i < STEPS; i++) {
            ring[i] = new Sums();
        }
    }

    /** What happened in a step. */
    static final class Sums {
        long started;
        double waitMs;
        double waitMsMax;
        final Map<JobState, Long> ended = new EnumMap<>(JobState.class);
        final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        double generateMs;

        /** The part of {@link #generateMs} whose jobs have a reading of the busy counter; only with that {@link #busyMs} compares. */
        double countedGenerateMs;

        double busyMs;
        long tokens;

        private void started(double wait) {
            started++;
            waitMs += wait;
            waitMsMax = Math.max(waitMsMax, wait);
        }

        private void ran(Evidence evidence) {
            verdicts.merge(evidence.verdict(), 1L, Long::sum);
            Double generate = evidence.timing().generate();
            Long busyUs = evidence.npuBusyDeltaUs();
            if (generate != null) {
                generateMs += generate;
                countedGenerateMs += busyUs == null ? 0 : generate;
                busyMs += busyUs == null ? 0 : busyUs / 1e3;
            }
            Integer made = evidence.completionTokens();
            tokens += made == null ? 0 : made;
        }

        private Sums copy() {
            Sums copy = new Sums();
            copy.started = started;
            copy.waitMs = waitMs;
            copy.waitMsMax = waitMsMax;
            copy.ended.putAll(ended);
            copy.verdicts.putAll(verdicts);
            copy.generateMs = generateMs;
            copy.countedGenerateMs = countedGenerateMs;
            copy.busyMs = busyMs;
            copy.tokens = tokens;
            return copy;
        }
    }

    /** An attempt began that had waited so long, in milliseconds. */
    public synchronized void started(double waitMs) {
        told++;
        present().started(waitMs);
        total.started(waitMs);
    }

    /** A job ended so. */
    public synchronized void ended(JobState state) {
        told++;
        present().ended.merge(state, 1L, Long::sum);
        total.ended.merge(state, 1L, Long::sum);
    }

    /** It left this evidence. */
    public synchronized void ran(Evidence evidence) {
        present().ran(evidence);
        total.ran(evidence);
    }

    /** Changes when something happened or another step began. */
    synchronized long version() {
        return told + step();
    }

    /** All steps, the oldest first; the last one is not over. */
    synchronized List<Sums> steps() {
        present();
        List<Sums> steps = new ArrayList<>();
        for (long step = newest - STEPS + 1; step <= newest; step++) {
            steps.add(at(step).copy());
        }
        return steps;
    }

    synchronized Sums total() {
        return total.copy();
    }

    /** Steps that passed without a word begin empty. */
    private Sums present() {
        long now = step();
        for (long step = Math.max(newest + 1, now - STEPS + 1); step <= now; step++) {
            ring[slot(step)] = new Sums();
        }
        newest = Math.max(newest, now);
        return at(newest);
    }

    private Sums at(long step) {
        return ring[slot(step)];
    }

    private static int slot(long step) {
        return (int) Math.floorMod(step, (long) STEPS);
    }

    private long step() {
        return Math.floorDiv(TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong()), (long) STEP_SECONDS);
    }
}
