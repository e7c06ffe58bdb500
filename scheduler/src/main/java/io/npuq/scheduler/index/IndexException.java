package io.npuq.scheduler.index;

/** H2 answered with an error, or a row was not as the journal says. */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was being done. */
    public IndexException(String message) {
        super(message);
    }

    /** Says what was being done, and keeps the cause. */
    public IndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
