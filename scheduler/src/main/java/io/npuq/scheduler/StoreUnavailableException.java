package io.npuq.scheduler;

/** The store that hosts share cannot be reached now; nothing was recorded, and nothing could be read. Try again later. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Keeps what the connection said. */
    public StoreUnavailableException(Throwable cause) {
        super("the queue's store cannot be reached; try again later", cause);
    }
}
