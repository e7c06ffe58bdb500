package io.npuq.scheduler;

/** The queue cannot be opened. The message names the file or directory, what is wrong with it, and what to do. */
public final class QueueUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong and what to do. */
    public QueueUnavailableException(String message) {
        super(message);
    }

    /** Says what is wrong and what to do, and keeps the cause. */
    public QueueUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
