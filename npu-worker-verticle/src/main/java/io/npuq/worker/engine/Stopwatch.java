package io.npuq.worker.engine;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Times one call of an engine, in milliseconds since its start. */
public final class Stopwatch {
    private final LongSupplier nanos;
    private final long started;
    private @Nullable Double firstTokenMs;

    /**
     * Starts now.
     *
     * @param nanos a monotonic ticker, in nanoseconds
     */
    public Stopwatch(LongSupplier nanos) {
        this.nanos = nanos;
        started = nanos.getAsLong();
    }

    /** A token came; only the first is noted. */
    public void token() {
        if (firstTokenMs == null) {
            firstTokenMs = elapsedMs();
        }
    }

    /** When the first token came; null before it. */
    public @Nullable Double firstTokenMs() {
        return firstTokenMs;
    }

    /** Until now. */
    public double elapsedMs() {
        return (nanos.getAsLong() - started) / 1e6;
    }
}
