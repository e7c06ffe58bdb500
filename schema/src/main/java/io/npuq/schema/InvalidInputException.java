package io.npuq.schema;

/** Input that breaks a documented bound. The caller's fault: nothing was changed. */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * Names the offending field and what is allowed.
     *
     * @param field the field as the user knows it, such as {@code max_new_tokens}
     * @param message a whole sentence for the user: what is wrong, and what is allowed
     */
    public InvalidInputException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** The offending field, as the user knows it. */
    public String field() {
        return field;
    }

    /** Throws with that message about that field, where the condition does not hold. */
    public static void check(boolean valid, String field, String message) {
        if (!valid) {
            throw new InvalidInputException(field, message);
        }
    }
}
