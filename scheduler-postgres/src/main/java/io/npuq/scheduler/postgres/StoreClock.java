package io.npuq.scheduler.postgres;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The queue's time: the database's when the host joined, and from there on the monotonic clock, drawn towards the database's with every
 * heartbeat. A host's own wall clock plays no part, however wrong it is.
 */
final class StoreClock {
    /** How far one heartbeat moves it at most: more than any clock drifts between two, and too little to be seen. */
    private static final Duration STEP_MAX = Duration.ofMillis(1);

    private final LongSupplier ticker;
    private Instant base = Instant.EPOCH;
    private long baseTick;

    /**
     * A clock that is not set yet.
     *
     * @param ticker a monotonic clock in nanoseconds
     */
    StoreClock(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** The host joins; it is this late there. */
    synchronized void set(Instant database) {
        base = database;
        baseTick = ticker.getAsLong();
    }

    /** A heartbeat said so. */
    synchronized void draw(Instant database) {
        Instant now = exact();
        Duration off = Duration.between(now, database);
        Duration step = off.abs().compareTo(STEP_MAX) < 0 ? off : off.isNegative() ? STEP_MAX.negated() : STEP_MAX;
        base = now.plus(step);
        baseTick = ticker.getAsLong();
    }

    /** Now, on the monotonic clock, in nanoseconds. */
    long tick() {
        return ticker.getAsLong();
    }

    /** Now, in whole microseconds. */
    synchronized Instant now() {
        return exact().truncatedTo(ChronoUnit.MICROS);
    }

    private Instant exact() {
        return base.plusNanos(ticker.getAsLong() - baseTick);
    }
}
