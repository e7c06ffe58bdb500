package io.npuq.scheduler.common;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The one number that orders the queue, smallest first. */
public final class Order {
    /**
     * What one step of priority is worth: a job is overtaken only by work that came at most this much later for each step of difference.
     */
    public static final Duration STEP = Duration.ofMinutes(1);

    private Order() {}

    /**
     * When the job is due, in microseconds since 1970: by its priority, or, where that is earlier, in time for its deadline. Never before
     * it was accepted: so a job that has become due is overtaken by nothing that comes later, deadline or not.
     *
     * @param runTime how long it is expected to run
     */
    public static long due(Instant acceptedAt, int priority, Optional<Instant> deadlineAt, Duration runTime) {
        Instant byPriority = acceptedAt.plus(STEP.multipliedBy(priority));
        Instant due = deadlineAt
                .map(deadline -> later(deadline.minus(runTime), acceptedAt))
                .filter(byDeadline -> byDeadline.isBefore(byPriority))
                .orElse(byPriority);
        return ChronoUnit.MICROS.between(Instant.EPOCH, due);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
