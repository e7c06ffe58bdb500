package io.npuq.scheduler.common;

/** What waits, as admission asks for it. */
public interface Counts {
    /** How many jobs wait. */
    long queued();

    /** Length of the inputs of the jobs that wait, in bytes. */
    long queuedBytes();

    /** How many jobs of that client wait. */
    long queued(String client);
}
