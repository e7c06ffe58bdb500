package io.npuq.api.http;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** A submission that the queue did not take, as every dialect answers it. */
public final class Refusals {
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private static final Set<Refusal> NEVER_MENDED = Set.of(Refusal.DEADLINE_UNREACHABLE, Refusal.PROMPT_TOO_LONG);

    private Refusals() {}

    /** What is full or short: when to come again, in whole seconds. What time does not mend: that a retry is of no use. */
    public static Answer answer(Submission.Refused refused, ErrorShape shape) {
        Answer answer = answer(problem(refused), shape);
        OptionalLong retryAfter = retryAfter(refused);
        return retryAfter.isEmpty()
                ? noRetry(answer)
                : answer.with("Retry-After", Long.toString(retryAfter.getAsLong()));
    }

    /** The idempotency key was used for another request. */
    public static Answer answer(Submission.KeyReused reused, ErrorShape shape) {
        return noRetry(answer(problem(reused), shape));
    }

    /** What the client is told. */
    public static Problem problem(Submission.Refused refused) {
        return Problem.of(
                status(refused.reason()), refused.reason().name().toLowerCase(Locale.ROOT), refused.message());
    }

    /** What the client is told. */
    public static Problem problem(Submission.KeyReused reused) {
        return Problem.of(
                CONFLICT,
                "idempotency_key_reused",
                "this Idempotency-Key came with another request before, which made " + reused.id()
                        + "; use a new key for a new request",
                Exchange.IDEMPOTENCY_KEY);
    }

    /** When to come again, at least one second from now; empty where coming again is of no use. */
    public static OptionalLong retryAfter(Submission.Refused refused) {
        return NEVER_MENDED.contains(refused.reason())
                ? OptionalLong.empty()
                : OptionalLong.of(
                        Math.max(1, refused.retryAfter().plusMillis(999).toSeconds()));
    }

    private static Answer answer(Problem problem, ErrorShape shape) {
        return Answer.json(problem.status(), shape.render(problem));
    }

    /** OpenAI's clients obey it. */
    private static Answer noRetry(Answer answer) {
        return answer.with("x-should-retry", "false");
    }

    private static int status(Refusal reason) {
        return switch (reason) {
            case QUEUE_FULL, CLIENT_FULL -> TOO_MANY;
            case PROMPT_TOO_LONG -> BAD_REQUEST;
            case DEADLINE_UNREACHABLE -> UNPROCESSABLE;
            case DISK_SHORT, DRAINING -> UNAVAILABLE;
        };
    }
}
