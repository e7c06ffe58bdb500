package io.npuq.scheduler.journal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of bytes at hand. */
public final class Sha256 {
    /** Finding the algorithm among the providers takes longer than hashing a short text does. */
    private static final ThreadLocal<MessageDigest> OF_THREAD = ThreadLocal.withInitial(Sha256::digest);

    private Sha256() {}

    /** The hash. */
    public static byte[] of(byte[] bytes) {
        return OF_THREAD.get().digest(bytes);
    }

    /** A digest, for bytes that come one after the other. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
