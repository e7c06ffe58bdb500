package io.npuq.scheduler;

import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import java.time.Duration;

/** What became of a submission. */
public sealed interface Submission {
    /**
     * It is on disk.
     *
     * @param job as it stands now: queued; or ended, where it came with its answer
     * @param watch of the listener that came with the submission; without one there is nothing to close
     */
    record Accepted(Job job, Watch watch) implements Submission {}

    /**
     * The same request came with the same idempotency key before: no second job was made.
     *
     * @param id the job of then
     */
    record Known(JobId id) implements Submission {}

    /**
     * Another request came with the same idempotency key before: nothing was made.
     *
     * @param id the job of then
     */
    record KeyReused(JobId id) implements Submission {}

    /**
     * It was not taken, and no trace of it is left.
     *
     * @param reason why
     * @param message for the user: what is full, and what to do
     * @param retryAfter when to try again, from backlog and service rate; for {@link Refusal#DEADLINE_UNREACHABLE} the estimate that
     *     rules the deadline out
     */
    record Refused(Refusal reason, String message, Duration retryAfter) implements Submission {}
}
