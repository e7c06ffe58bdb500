package io.npuq.launcher.client;

/** A server did not do what it was asked, or is not there. The message is one line: what happened, to what, and what to do. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    ApiException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** Whether the server found something wrong with what was asked. */
    public boolean isInvalidInput() {
        return status == 400 || status == 413 || status == 422;
    }
}
