package io.npuq.scheduler.journal;

/** The journal is not as it was written. The message names the file and byte, and what to do. */
public final class JournalDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says where and what. */
    public JournalDamagedException(String message) {
        super(message);
    }

    /** Says where and what, and keeps the cause. */
    public JournalDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
