package io.npuq.api.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/** The points of one metric whose values are known now: the last one counts of those with the same labels. */
final class Points {
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    /** A metric that is one number. */
    static Points of(double value) {
        Points one = new Points();
        one.values.put(Labels.EMPTY, value);
        return one;
    }

    /** Likewise, of a whole number. */
    static Points of(long value) {
        return new Points().with(Labels.EMPTY, value);
    }

    Points with(Labels labels, long value) {
        values.put(labels, (double) value);
        return this;
    }

    /** One more at that point. */
    void increment(Labels labels) {
        values.merge(labels, 1.0, Double::sum);
    }

    /** As what goes up and down. */
    MetricSnapshot gauge(String name, String help) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build()));
        return gauge.build();
    }

    /**
     * As what only goes up.
     *
     * @param name without {@code _total}, which becomes its end
     */
    MetricSnapshot counter(String name, String help) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build()));
        return counter.build();
    }
}
