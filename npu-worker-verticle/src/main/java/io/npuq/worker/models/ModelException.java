package io.npuq.worker.models;

/** A model could not be had, copied or deleted. The message says what happened, to what, and what to do. */
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for programs. */
    public enum Reason {
        /** There is no such model: not on disk, not in the catalogue, or not on the hub. */
        NOT_FOUND,
        /** The hub wants a token, or another one. */
        DENIED,
        /** The repository is none that npuq can use. */
        UNSUITABLE,
        /** The hub cannot be reached, or is overloaded or unwell. */
        UNREACHABLE,
        /** What came is not what the hub's list promised. */
        DAMAGED,
        /** The disk has no room, or cannot be written. */
        DISK,
        /** A lane runs it. */
        IN_USE,
        /** Something else has that name. */
        EXISTS,
        /** Nobody wanted it any more. */
        CANCELLED
    }

    private final Reason reason;

    /** Says what happened and what to do. */
    public ModelException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ModelException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What went wrong. */
    public Reason reason() {
        return reason;
    }
}
