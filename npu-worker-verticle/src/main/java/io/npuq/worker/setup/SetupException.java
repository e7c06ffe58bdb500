package io.npuq.worker.setup;

import java.io.IOException;

/** The set-up could not be done. The message says what is missing, and what to do. */
public final class SetupException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what happened and what to do. */
    public SetupException(String message) {
        super(message);
    }

    private SetupException(String message, IOException cause) {
        super(message, cause);
    }

    /** A file operation failed: says which, where, and that the directory can be chosen. */
    public static SetupException of(String action, IOException cause) {
        String why = String.valueOf(cause.getMessage()).contains("No space left on device")
                ? "the disk is full; free some space, or set NPUQ_HOME to a directory on another disk"
                : cause + "; check the directory's owner and rights, or set NPUQ_HOME to another one";
        return new SetupException("cannot " + action + ": " + why, cause);
    }
}
