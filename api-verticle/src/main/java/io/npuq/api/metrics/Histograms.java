package io.npuq.api.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Unit;

/** How every histogram here is made. */
final class Histograms {
    private Histograms() {}

    /**
     * One of durations.
     *
     * @param name without its unit, which becomes its end
     */
    static Histogram.Builder seconds(String name, String help, double[] bounds, String... labels) {
        return of(name, help, bounds, labels).unit(Unit.SECONDS);
    }

    static Histogram.Builder of(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars();
    }
}
