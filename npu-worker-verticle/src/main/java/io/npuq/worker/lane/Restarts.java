package io.npuq.worker.lane;

import io.npuq.worker.engine.EngineLoss;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a lane waits before it starts an engine again, and whether its device is quarantined meanwhile. An engine that crashed is
 * replaced at once, nearly. One that had to be ended, or that is lost for the third time with nothing generated in between, puts its
 * device in quarantine: for a while that doubles from time to time, until there was none for long.
 */
final class Restarts {
    /** The wait after one failure; doubles with each that follows. */
    static final Duration FIRST = Duration.ofMillis(100);
    /** The longest wait without quarantine. */
    static final Duration MAX = Duration.ofSeconds(30);
    /** The wait after a device was found missing; doubles with each that follows. A device node that comes ends it. */
    static final Duration MISSING_FIRST = Duration.ofSeconds(5);
    /** The longest wait for a missing device whose nodes do not change: its driver may have come without one. */
    static final Duration MISSING_MAX = Duration.ofMinutes(5);
    /** The first quarantine; the next one is twice as long. */
    static final Duration QUARANTINE_FIRST = Duration.ofSeconds(2);
    /** Losses in a row, whatever their cause, that put the device in quarantine. */
    static final int LOSSES_MAX = 3;
    /** After so long without a quarantine the next one is the first again. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    /**
     * What is due.
     *
     * @param length how long to wait
     * @param quarantine whether the device is quarantined
     */
    record Pause(Duration length, boolean quarantine) {}

    private final LongSupplier ticker;
    private final Duration quarantineMax;
    private int failures;
    private int missing;
    private int losses;
    private int quarantines;
    private long quarantinedTick;

    /**
     * Nothing has failed yet.
     *
     * @param ticker monotonic nanoseconds
     * @param quarantineMax the longest quarantine
     */
    Restarts(LongSupplier ticker, Duration quarantineMax) {
        this.ticker = ticker;
        this.quarantineMax = quarantineMax;
    }

    /** A model did not load, and its engine said why. */
    Pause loadFailed() {
        return new Pause(doubled(FIRST, failures++, MAX), false);
    }

    /** The device is not there: to ask again takes a process, and most of a second of a core. */
    Pause deviceMissing() {
        return new Pause(doubled(MISSING_FIRST, missing++, MISSING_MAX), false);
    }

    /** An engine was lost, while it loaded, generated or waited. */
    Pause lost(EngineLoss.Cause cause) {
        losses++;
        boolean ended = switch (cause) {
            case HUNG, MEMORY, GARBAGE, DEVICE -> true;
            case ENDED, CLOSED -> false;
        };
        return ended || losses >= LOSSES_MAX ? quarantine() : loadFailed();
    }

    /** An engine generated and lives. */
    void succeeded() {
        failures = 0;
        missing = 0;
        losses = 0;
    }

    private Pause quarantine() {
        long now = ticker.getAsLong();
        if (quarantines > 0 && now - quarantinedTick > FORGOTTEN_AFTER.toNanos()) {
            quarantines = 0;
        }
        quarantinedTick = now;
        return new Pause(doubled(QUARANTINE_FIRST, quarantines++, quarantineMax), true);
    }

    private static Duration doubled(Duration first, int times, Duration max) {
        Duration doubled = first.multipliedBy(1L << Math.min(times, 20));
        return doubled.compareTo(max) > 0 ? max : doubled;
    }
}
