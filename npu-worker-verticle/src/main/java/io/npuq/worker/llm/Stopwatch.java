package io.npuq.worker.llm;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Times one generation, in milliseconds since its start. */
final class Stopwatch {
    private final LongSupplier nanos;
    private final long started;
    private @Nullable Double firstTokenMs;

    /** Starts now. */
    Stopwatch(LongSupplier nanos) {
        this.nanos = nanos;
        started = nanos.getAsLong();
    }

    /** A token came; only the first is noted. */
    void token() {
        if (firstTokenMs == null) {
            firstTokenMs = elapsedMs();
        }
    }

    @Nullable
    Double firstTokenMs() {
        return firstTokenMs;
    }

    double elapsedMs() {
        return (nanos.getAsLong() - started) / 1e6;
    }
}
