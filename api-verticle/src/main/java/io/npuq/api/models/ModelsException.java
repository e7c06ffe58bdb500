package io.npuq.api.models;

/** A model could not be had, copied or deleted; nothing has changed. The message says why and what to do. */
public final class ModelsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Reason {
        /** There is no such model. */
        NOT_FOUND,
        /** The hub wants a token. */
        DENIED,
        /** The repository is no model that npuq can use. */
        UNSUITABLE,
        /** A lane runs it, or the name is taken. */
        CONFLICT,
        /** The hub, the network or the disk is in trouble: later it may work. */
        PASSING
    }

    private final Reason reason;

    /** Says why, and what to do. */
    public ModelsException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
