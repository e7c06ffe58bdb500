package io.npuq.scheduler;

import io.npuq.schema.Job;
import java.time.Duration;

/** What became of a submission. */
public sealed interface Submission {
    /**
     * It is on disk.
     *
     * @param job as it stands now: queued
     * @param watch of the listener that came with the submission; without one there is nothing to close
     */
    record Accepted(Job job, Watch watch) implements Submission {}

    /**
     * It was not taken, and no trace of it is left.
     *
     * @param reason why
     * @param message for the user: what is full, and what to do
     * @param retryAfter when to try again, from backlog and service rate
     */
    record Refused(Refusal reason, String message, Duration retryAfter) implements Submission {}
}
