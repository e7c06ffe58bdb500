package io.npuq.api.http;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import java.time.Duration;
import java.util.Locale;

/** A submission that the queue did not take, as every dialect answers it: when to come again, in whole seconds. */
public final class Refusals {
    private Refusals() {}

    /** The answer, in the shape of the path's errors. */
    public static Answer answer(Submission.Refused refused, ErrorShape shape) {
        Problem problem = Problem.of(
                status(refused.reason()), refused.reason().name().toLowerCase(Locale.ROOT), refused.message());
        return Answer.json(problem.status(), shape.render(problem))
                .with("Retry-After", Long.toString(wholeSeconds(refused.retryAfter())));
    }

    private static int status(Refusal reason) {
        return switch (reason) {
            case QUEUE_FULL -> 429;
            case DISK_SHORT, DRAINING -> 503;
        };
    }

    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
