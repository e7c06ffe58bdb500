package io.npuq.api.trace;

import io.npuq.api.http.RequestCounter;
import io.npuq.api.http.RequestTrace;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.Lane;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Traces of jobs, where they are wanted; otherwise nothing is made, and nothing asked for. */
public final class Traces implements AutoCloseable {
    /** None. */
    public static final Traces OFF = new Traces(Optional.empty());

    private final Optional<Tracing> tracing;

    private Traces(Optional<Tracing> tracing) {
        this.tracing = tracing;
    }

    /**
     * Traces that are sent to a collector.
     *
     * @param endpoint where it takes OTLP over HTTP, without {@code /v1/traces} and without a slash at its end
     * @throws IllegalArgumentException saying which of OpenTelemetry's settings cannot be used, and why
     */
    public static Traces to(URI endpoint) {
        return new Traces(Optional.of(Tracing.open(endpoint)));
    }

    /** That observer, and beside it the one that makes spans of jobs. */
    public QueueObserver beside(QueueObserver other) {
        return tracing.<QueueObserver>map(on -> new BothObservers(other, on.jobs()))
                .orElse(other);
    }

    /** That counter, which also traces. */
    public RequestCounter beside(RequestCounter other) {
        return tracing.<RequestCounter>map(on -> new RequestCounter() {
                    @Override
                    public void answered(String endpoint, String status) {
                        other.answered(endpoint, status);
                    }

                    @Override
                    public RequestTrace trace(List<String> traceparents, long beganTick) {
                        return on.request(traceparents, beganTick);
                    }
                })
                .orElse(other);
    }

    /**
     * A lane's engine was loaded, and jobs may have waited for that.
     *
     * @param beganTick its load's begin, on {@link System#nanoTime}
     * @param endedTick its load's end
     */
    public void loaded(Lane lane, long beganTick, long endedTick) {
        tracing.ifPresent(on -> on.loaded(lane, beganTick, endedTick));
    }

    /** Sends what is left, if the collector takes it soon. */
    @Override
    public void close() {
        tracing.ifPresent(Tracing::close);
    }
}
