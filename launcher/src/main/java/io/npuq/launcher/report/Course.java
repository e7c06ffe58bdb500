package io.npuq.launcher.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How waits and the length of the queue went over the time of a report, in as many steps as a plot can show. */
public final class Course {
    private static final int STEPS = 96;

    private final Instant since;
    private final double stepMs;
    private final List<Distribution> waits = new ArrayList<>();
    private final long[] deepest = new long[STEPS];
    private long depth;
    private int reached;

    Course(Instant since, Instant until) {
        this.since = since;
        stepMs = Math.max(1, Duration.between(since, until).toMillis()) / (double) STEPS;
        for (int i = 0; i < STEPS; i++) {
            waits.add(new Distribution());
        }
    }

    /** A job that ended then had waited for so long. */
    void waited(Instant at, double ms) {
        waits.get(step(at)).add(ms);
    }

    /** From then on, so many more jobs wait. Entries come in the order of their time, or nearly. */
    void queued(Instant at, int more) {
        int step = step(at);
        carryTo(step);
        depth += more;
        deepest[step] = Math.max(deepest[step], depth);
    }

    /** Nothing more comes until the end. */
    void end() {
        carryTo(STEPS - 1);
    }

    private void carryTo(int step) {
        while (reached < step) {
            reached++;
            deepest[reached] = depth;
        }
    }

    private int step(Instant at) {
        double step = Duration.between(since, at).toMillis() / stepMs;
        return (int) Math.max(0, Math.min(STEPS - 1, step));
    }

    /** How many steps there are. */
    public int steps() {
        return STEPS;
    }

    /** When that step begins. */
    public Instant at(int step) {
        return since.plusMillis(Math.round(step * stepMs));
    }

    /** The waits of jobs that ended in that step. */
    public Distribution waits(int step) {
        return waits.get(step);
    }

    /** How many jobs waited at most in that step. */
    public long deepest(int step) {
        return deepest[step];
    }
}
