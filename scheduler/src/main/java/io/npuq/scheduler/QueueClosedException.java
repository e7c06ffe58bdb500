package io.npuq.scheduler;

/** The queue is closed; nothing was recorded. */
public final class QueueClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says that the queue is closed. */
    public QueueClosedException() {
        super("the queue is closed; nothing was recorded");
    }
}
