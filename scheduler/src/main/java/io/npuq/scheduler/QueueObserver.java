package io.npuq.scheduler;

import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobState;
import io.npuq.schema.RouteReason;
import java.util.Optional;

/**
 * Told what a queue has recorded since it was opened, each entry of the journal once: when it is on disk, and before whoever waits for it.
 * So what an observer counted is what the journal holds, and nobody sees an answer that is not counted yet.
 *
 * <p>One call at a time, on threads of the queue, which wait for it: it must be quick. What it throws is logged, and lost.
 */
public interface QueueObserver {
    /** Takes no notice. */
    QueueObserver NONE = new QueueObserver() {};

    /** A job was accepted. */
    default void submitted(JobStep job) {}

    /** A submission was refused; the journal says nothing of it. */
    default void refused(Refusal reason) {}

    /**
     * An attempt began.
     *
     * @param isMain whether its lane is the main one
     */
    default void started(JobStep job, RouteReason reason, boolean isMain) {}

    /**
     * An attempt was given up, and its job waits again.
     *
     * @param reason what happened to it; never a text of the job
     */
    default void recovered(JobStep job, String reason) {}

    /**
     * A job reached its final state.
     *
     * @param error why it did not succeed; empty when it did
     * @param evidence what ran; empty when nothing did
     */
    default void ended(JobStep job, JobState state, Optional<ErrorCode> error, Optional<Evidence> evidence) {}

    /**
     * A batch of entries was written and synced.
     *
     * @param nanos how long that took
     */
    default void committed(long nanos) {}

    /** What the journal's files take now, in bytes; also when the queue was opened. */
    default void journalBytes(long bytes) {}
}
