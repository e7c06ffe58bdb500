package io.npuq.scheduler;

import io.npuq.schema.Job;

/** What became of a cancel. */
public sealed interface Cancellation {
    /**
     * The wish is on disk, or the job had ended before.
     *
     * @param job as it stands: cancelled, running until its next token, or ended before
     */
    record Known(Job job) implements Cancellation {}

    /** There is no job of that name. */
    record Unknown() implements Cancellation {}
}
