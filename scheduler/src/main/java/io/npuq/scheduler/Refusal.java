package io.npuq.scheduler;

/** Why a submission was not taken. */
public enum Refusal {
    /** The queue holds as many jobs as it may. */
    QUEUE_FULL,
    /** The data directory's disk is short of space. */
    DISK_SHORT,
    /** The queue is being drained or closed. */
    DRAINING
}
