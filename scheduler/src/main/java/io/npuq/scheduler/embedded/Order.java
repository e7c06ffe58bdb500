package io.npuq.scheduler.embedded;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The one number that orders the queue, smallest first. */
final class Order {
    /**
     * What one step of priority is worth: a job is overtaken only by work that came at most this much later for each step of difference.
     */
    static final Duration STEP = Duration.ofMinutes(1);

    private Order() {}

    /** When the job is due, in microseconds since 1970. */
    static long due(Instant acceptedAt, int priority) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, acceptedAt.plus(STEP.multipliedBy(priority)));
    }
}
