package io.npuq.scheduler.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A monotonic clock that moves only when it is told to, and a wall clock that goes along and can be set wrong. */
final class SimulatedTime extends Clock {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wallAheadNanos = new AtomicLong();

    /** Both clocks go on. */
    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Somebody sets the wall clock. */
    void setWallClock(Duration by) {
        wallAheadNanos.addAndGet(by.toNanos());
    }

    /** Of the monotonic clock. */
    long ticks() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get() + wallAheadNanos.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
