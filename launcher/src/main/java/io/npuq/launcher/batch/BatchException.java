package io.npuq.launcher.batch;

import org.jspecify.annotations.Nullable;

/** The batch as a whole cannot be begun, or not go on. The message is one line: what happened, to what, and what to do. */
public final class BatchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean invalidInput;

    private BatchException(boolean invalidInput, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.invalidInput = invalidInput;
    }

    BatchException(String message, @Nullable Throwable cause) {
        this(false, message, cause);
    }

    /** What was asked for is wrong; nothing was changed. */
    BatchException(String message) {
        super(message);
        invalidInput = true;
    }

    /** Whether what was asked for is wrong. */
    public boolean isInvalidInput() {
        return invalidInput;
    }
}
