package io.npuq.api.lanes;

/** A model was not loaded in the place of the running one, which still serves. The message says why and what to do. */
public final class ReloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Reason {
        /** There is no such model. */
        UNKNOWN_MODEL,
        /** It does not load. */
        NOT_LOADED,
        /** Another one is being loaded. */
        BUSY,
        /** No lane runs a model. */
        NO_MODEL_LANE
    }

    private final Reason reason;

    /** Says why, and what to do. */
    public ReloadException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
