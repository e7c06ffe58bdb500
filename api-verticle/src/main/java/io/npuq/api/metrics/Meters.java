package io.npuq.api.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** Makes what counts and times, and shows it. */
final class Meters {
    private final PrometheusRegistry registry;

    Meters(PrometheusRegistry registry) {
        this.registry = registry;
    }

    Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /**
     * Times.
     *
     * @param name without its unit, which becomes its end
     */
    Histogram seconds(String name, String help, double[] bounds, String... labels) {
        return histogram(name, help, bounds, labels).unit(Unit.SECONDS).register(registry);
    }

    /** Whatever its name says. */
    Histogram values(String name, String help, double[] bounds, String... labels) {
        return histogram(name, help, bounds, labels).register(registry);
    }

    private static Histogram.Builder histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars();
    }
}
