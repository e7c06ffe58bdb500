package io.npuq.api;

import io.npuq.api.http.RequestCounter;
import io.npuq.api.metrics.Metrics;
import io.npuq.api.trace.Traces;
import io.npuq.scheduler.QueueObserver;

/**
 * What is told of a server's work to those who watch it.
 *
 * @param metrics what Prometheus asks for
 * @param traces what OpenTelemetry is sent
 */
public record Telemetry(Metrics metrics, Traces traces) {
    /** Hears of jobs. */
    public QueueObserver jobs() {
        return traces.beside(metrics.jobs());
    }

    /** Hears of requests. */
    RequestCounter requests() {
        return traces.beside(metrics.requests());
    }
}
