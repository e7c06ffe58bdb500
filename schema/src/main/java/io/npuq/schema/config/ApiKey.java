package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/**
 * A key that a client shows, as the server knows it: never the key itself.
 *
 * @param name whose it is, as logs and limits name it: 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
 * @param sha256 of the key, in 64 lower-case hexadecimal digits
 * @param limits what its holder may do
 * @param admin whether its holder may pause, drain, back up, and change models
 */
public record ApiKey(String name, String sha256, ClientLimits limits, boolean admin) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks name and hash. */
    public ApiKey {
        InvalidInputException.check(
                NAME.matcher(name).matches(),
                "name",
                "the name of a key must be 1 to 64 letters, digits, \".\", \"_\" or \"-\"");
        InvalidInputException.check(
                SHA256.matcher(sha256).matches(),
                "sha256",
                "the SHA-256 of a key must be 64 hexadecimal digits, in lower case");
    }

    /** The hash of a key that somebody shows. */
    public static String hash(String key) {
        return Sha256.hex(key);
    }

    /** Whether it is this key's hash; takes as long for any other. */
    public boolean hasHash(String other) {
        return MessageDigest.isEqual(
                sha256.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
