package io.npuq.scheduler;

import io.npuq.schema.Job;

/** What became of the wish to do a failed job again. */
public sealed interface Retry {
    /**
     * It was submitted as a job of its own, so that the failed one keeps its one final state.
     *
     * @param submission what became of that
     */
    record Submitted(Submission submission) implements Retry {}

    /**
     * The job has not failed.
     *
     * @param job as it stands
     */
    record NotFailed(Job job) implements Retry {}

    /** The job's input is erased: it must be submitted anew. */
    record InputErased() implements Retry {}

    /** There is no job of that name. */
    record Unknown() implements Retry {}
}
