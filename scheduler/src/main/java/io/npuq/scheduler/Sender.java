package io.npuq.scheduler;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose request it is.
 *
 * @param client a name for the client, on which its own limits count: that of its key, or its address; empty when nobody knows
 * @param idempotencyKey the client's word that requests with the same key are one; 1 to
 *     {@link Limits#IDEMPOTENCY_KEY_CHARS_MAX} visible ASCII characters; a line of a bulk request adds its number
 */
public record Sender(String client, Optional<String> idempotencyKey) {
    /** Nobody in particular. */
    public static final Sender UNKNOWN = new Sender("", Optional.empty());

    private static final Pattern KEY =
            Pattern.compile("[!-~]{1," + Limits.IDEMPOTENCY_KEY_CHARS_MAX + "}(:[0-9]{1,7})?");

    /** Checks the key. */
    public Sender {
        idempotencyKey.ifPresent(key -> InvalidInputException.check(
                KEY.matcher(key).matches(),
                "Idempotency-Key",
                "Idempotency-Key must be 1 to " + Limits.IDEMPOTENCY_KEY_CHARS_MAX + " visible ASCII characters"));
    }

    /** The same client's request number so many under the same key. */
    public Sender ofLine(int number) {
        return idempotencyKey.isEmpty() ? this : new Sender(client, idempotencyKey.map(key -> key + ":" + number));
    }
}
