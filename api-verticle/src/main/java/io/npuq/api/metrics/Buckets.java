package io.npuq.api.metrics;

import java.util.Arrays;

/** Upper bounds of the histograms' buckets; those of times in seconds, unless the name says otherwise. */
final class Buckets {
    /** A wait in the queue: 1 ms to 1 h. */
    static final double[] WAIT = {
        .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600
    };

    static final double[] WAIT_US = micros(WAIT);

    /** One generation: up to the longest that an engine may take by default, and a little more. */
    static final double[] GENERATION = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15, 30, 60, 120, 180, 300};

    static final double[] GENERATION_US = micros(GENERATION);

    static final double[] FIRST_TOKEN = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};

    static final double[] BETWEEN_TOKENS = {.0005, .001, .0025, .005, .01, .02, .03, .05, .075, .1, .15, .25, .5, 1, 2.5
    };

    static final double[] TOKENS_PER_SECOND = {.5, 1, 2, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1_000};

    /** What stands between two jobs of a backlog is far below a millisecond, as long as all is well. */
    static final double[] IDLE_GAP = {
        .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 15, 60
    };

    /** One sync of the journal. */
    static final double[] COMMIT = {.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10};

    private Buckets() {}

    private static double[] micros(double[] seconds) {
        return Arrays.stream(seconds).map(s -> Math.rint(s * 1e6)).toArray();
    }
}
