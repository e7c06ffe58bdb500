package io.npuq.worker.lane;

import java.time.Duration;

/** How long to wait before an engine is started again: not at all at first, then longer from failure to failure. */
final class Backoff {
    /** The wait after one failure. */
    static final Duration FIRST = Duration.ofMillis(100);

    /** The longest wait. */
    static final Duration MAX = Duration.ofSeconds(30);

    private Duration delay = Duration.ZERO;

    Duration delay() {
        return delay;
    }

    void failed() {
        Duration doubled = delay.isZero() ? FIRST : delay.multipliedBy(2);
        delay = doubled.compareTo(MAX) > 0 ? MAX : doubled;
    }

    void succeeded() {
        delay = Duration.ZERO;
    }
}
