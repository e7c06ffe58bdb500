package io.npuq.scheduler;

import io.npuq.schema.Job;

/** What became of the wish that a job's texts go before their time. */
public sealed interface Erasure {
    /** What the queue kept of its texts is gone; its entries in the journal, which hold none, stay. */
    record Erased() implements Erasure {}

    /**
     * It has not ended: nothing was erased.
     *
     * @param job as it stands
     */
    record NotEnded(Job job) implements Erasure {}

    /** There is no job of that name. */
    record Unknown() implements Erasure {}
}
