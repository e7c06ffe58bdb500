package io.npuq.scheduler.embedded;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * Time as the queue counts it: the wall clock's time when the queue was opened, and from there on the monotonic clock. A wall clock
 * that jumps ends nothing early.
 */
final class SteadyClock {
    private final Instant openedAt;
    private final long openedTick;
    private final LongSupplier ticker;

    /**
     * Starts now.
     *
     * @param clock the wall clock
     * @param ticker a monotonic clock in nanoseconds
     */
    SteadyClock(Clock clock, LongSupplier ticker) {
        this.openedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        this.openedTick = ticker.getAsLong();
        this.ticker = ticker;
    }

    /** Now, on the monotonic clock, in nanoseconds. */
    long tick() {
        return ticker.getAsLong();
    }

    /** Now, in whole microseconds. */
    Instant now() {
        return openedAt.plus(Duration.ofNanos(ticker.getAsLong() - openedTick)).truncatedTo(ChronoUnit.MICROS);
    }
}
