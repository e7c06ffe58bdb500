package io.npuq.api.http;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import java.util.Locale;

/** A submission that the queue did not take, as every dialect answers it: when to come again, in whole seconds. */
public final class Refusals {
    private Refusals() {}

    /** The answer, in the shape of the path's errors. */
    public static Answer answer(Submission.Refused refused, ErrorShape shape) {
        Problem problem = problem(refused);
        return Answer.json(problem.status(), shape.render(problem))
                .with("Retry-After", Long.toString(retryAfterSeconds(refused)));
    }

    /** What the client is told. */
    public static Problem problem(Submission.Refused refused) {
        return Problem.of(
                status(refused.reason()), refused.reason().name().toLowerCase(Locale.ROOT), refused.message());
    }

    /** When to come again, at least one second from now. */
    public static long retryAfterSeconds(Submission.Refused refused) {
        return Math.max(1, refused.retryAfter().plusMillis(999).toSeconds());
    }

    private static int status(Refusal reason) {
        return switch (reason) {
            case QUEUE_FULL -> 429;
            case DISK_SHORT, DRAINING -> 503;
        };
    }
}
