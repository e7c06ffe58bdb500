package io.npuq.scheduler;

/** Why a submission was not taken. */
public enum Refusal {
    /** The queue holds as many jobs, or as many bytes of input, as it may. */
    QUEUE_FULL,
    /** The queue holds as many jobs of this client as it may. */
    CLIENT_FULL,
    /** The jobs of this client took as many tokens in the last minute as they may. */
    TOKENS_SPENT,
    /** The client asks for a more urgent priority than it may. */
    PRIORITY_NOT_ALLOWED,
    /** Its prompt is longer than any lane takes that may run it. */
    PROMPT_TOO_LONG,
    /** The backlog rules the job's deadline out. */
    DEADLINE_UNREACHABLE,
    /** The data directory's disk is short of space, or the journal has reached its bound. */
    DISK_SHORT,
    /** The store that hosts share cannot be reached. */
    STORE_UNAVAILABLE,
    /** The queue is being drained or closed. */
    DRAINING
}
