package io.npuq.launcher.server;

/** The server cannot start. The message is one line: what is wrong, with what, and what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong and what to do. */
    public StartException(String message) {
        super(message);
    }

    /** Says what is wrong and what to do, and keeps the cause. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
