package io.npuq.api.http;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** A submission that the queue did not take, as every dialect answers it. */
public final class Refusals {
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private static final Set<Refusal> NEVER_MENDED =
            Set.of(Refusal.DEADLINE_UNREACHABLE, Refusal.PROMPT_TOO_LONG, Refusal.PRIORITY_NOT_ALLOWED);

    private Refusals() {}

    /** What is full or short: when to come again, in whole seconds. What time does not mend: that a retry is of no use. */
    public static Problem problem(Submission.Refused refused) {
        Problem problem = Problem.of(
                status(refused.reason()), refused.reason().name().toLowerCase(Locale.ROOT), refused.message());
        OptionalLong retryAfter = retryAfter(refused);
        return retryAfter.isEmpty() ? problem.withoutRetry() : problem.retryAfter(retryAfter.getAsLong());
    }

    /** The idempotency key was used for another request. */
    public static Problem problem(Submission.KeyReused reused) {
        return Problem.of(
                        CONFLICT,
                        "idempotency_key_reused",
                        "this Idempotency-Key came with another request before, which made " + reused.id()
                                + "; use a new key for a new request",
                        Exchange.IDEMPOTENCY_KEY)
                .withoutRetry();
    }

    /** Throws a {@link ProblemException} where no job was made, nor is one from before. */
    public static void check(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            throw new ProblemException(problem(refused));
        }
        if (submission instanceof Submission.KeyReused reused) {
            throw new ProblemException(problem(reused));
        }
    }

    /** When to come again, at least one second from now; empty where coming again is of no use. */
    public static OptionalLong retryAfter(Submission.Refused refused) {
        return NEVER_MENDED.contains(refused.reason())
                ? OptionalLong.empty()
                : OptionalLong.of(
                        Math.max(1, refused.retryAfter().plusMillis(999).toSeconds()));
    }

    private static int status(Refusal reason) {
        return switch (reason) {
            case QUEUE_FULL, CLIENT_FULL, TOKENS_SPENT -> TOO_MANY;
            case PRIORITY_NOT_ALLOWED -> FORBIDDEN;
            case PROMPT_TOO_LONG -> BAD_REQUEST;
            case DEADLINE_UNREACHABLE -> UNPROCESSABLE;
            case DISK_SHORT, STORE_UNAVAILABLE, DRAINING -> UNAVAILABLE;
        };
    }
}
