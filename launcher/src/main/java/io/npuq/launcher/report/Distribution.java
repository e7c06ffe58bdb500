package io.npuq.launcher.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Distribution of many jobs, in bounded memory: each within a thousandth of what was measured. */
public final class Distribution {
    private static final double MICROS_PER_MILLI = 1_000;
    private static final int DIGITS = 3;

    /** More points than a plot can show say no more. */
    private static final int CURVE_STEPS_PER_HALF = 10;

    private final Histogram micros = new Histogram(DIGITS);

    /**
     * A point of the distribution.
     *
     * @param ms a duration, in milliseconds
     * @param share of the durations that are no longer, from 0 to 1
     */
    public record Point(double ms, double share) {}

    void add(double ms) {
        micros.recordValue(Math.max(0, Math.round(ms * MICROS_PER_MILLI)));
    }

    /** How many there are. */
    public long count() {
        return micros.getTotalCount();
    }

    /** That percentile in milliseconds; empty when there are too few for it. */
    public OptionalDouble at(Quantile quantile) {
        return count() < quantile.samplesMin()
                ? OptionalDouble.empty()
                : OptionalDouble.of(ms(micros.getValueAtPercentile(quantile.share() * 100)));
    }

    /** The longest, in milliseconds; empty when there is none. */
    public OptionalDouble max() {
        return count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(ms(micros.getMaxValue()));
    }

    /** The mean, in milliseconds; empty when there is none. */
    public OptionalDouble mean() {
        return count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(micros.getMean() / MICROS_PER_MILLI);
    }

    /** The distribution from its shortest to its longest, denser where the tail is. */
    public List<Point> curve() {
        List<Point> points = new ArrayList<>();
        for (HistogramIterationValue step : micros.percentiles(CURVE_STEPS_PER_HALF)) {
            points.add(new Point(ms(step.getValueIteratedTo()), step.getPercentileLevelIteratedTo() / 100));
        }
        return points;
    }

    private static double ms(long value) {
        return value / MICROS_PER_MILLI;
    }
}
