package io.npuq.api.trace;

import java.time.Clock;
import java.time.Instant;

/**
 * The queue's time: the wall clock's at the start, and from there on the monotonic one's. So spans of requests and of jobs fit together, also
 * when the wall clock is set meanwhile.
 *
 * @param openedAt the wall clock's time at the start
 * @param openedTick the same on {@link System#nanoTime}
 */
record TraceClock(Instant openedAt, long openedTick) {
    static TraceClock startedNow() {
        return new TraceClock(Clock.systemUTC().instant(), System.nanoTime());
    }

    Instant at(long tick) {
        return openedAt.plusNanos(tick - openedTick);
    }
}
