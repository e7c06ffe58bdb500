package io.npuq.api.generate;

import io.npuq.api.http.Problem;
import io.npuq.schema.Job;

/** Who waits for a job. Told on its own thread, in order, until the job has ended or is {@link #lost}. */
public interface Follower {
    /**
     * It is acknowledged.
     *
     * @param job as it stands then
     */
    default void accepted(Job job) {}

    /**
     * It has not ended; told now and then.
     *
     * @param job with its place in line, while it is queued
     */
    default void waiting(Job job) {}

    /** It made text; put together, all of these are its answer from the beginning. */
    default void text(String piece) {}

    /**
     * It has ended, with an answer or without.
     *
     * @param job in its final state
     */
    void ended(Job job);

    /** Its end will not be told: nothing is known of how it goes on. */
    void lost(Problem problem);
}
