package io.npuq.scheduler.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/** A private Ed25519 key with its public one. Its text never leaves its file. */
final class SigningKey {
    private static final String PREFIX = "PRIVATE+KEY+";
    private static final int SEED_BYTES = 32;
    private static final int NAME_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What goes before the 32 bytes in the form that Java reads (RFC 8410). */
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final PrivateKey key;
    private final VerifierKey verifier;

    private SigningKey(PrivateKey key, VerifierKey verifier) {
        this.key = key;
        this.verifier = verifier;
    }

    /** A new key of a log that has none yet: its name is the log's, and like no other. */
    static SigningKey ofNewLog() {
        byte[] name = new byte[NAME_BYTES];
        RANDOM.nextBytes(name);
        return named("npuq/" + HexFormat.of().formatHex(name));
    }

    /** A new key of that name. */
    static SigningKey named(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifierKey.of(name, pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java since 15 has Ed25519", e);
        }
    }

    /**
     * The key of that text, as {@link #text} made it.
     *
     * @throws IllegalArgumentException when it is none
     */
    static SigningKey parse(String text) {
        String[] lines = text.strip().split("\n", -1);
        String[] parts = lines[0].split("\\+", 5);
        if (lines.length != 2 || parts.length != 5 || !lines[0].startsWith(PREFIX)) {
            throw new IllegalArgumentException("it is not a private and a public key, a line each");
        }
        VerifierKey verifier = VerifierKey.parse(lines[1]);
        ByteBuffer encoded = ByteBuffer.allocate(PKCS8.length + SEED_BYTES);
        byte[] typed = Base64.getDecoder().decode(parts[4]);
        if (typed.length != SEED_BYTES + 1 || typed[0] != VerifierKey.ED25519) {
            throw new IllegalArgumentException("its private key is not of type Ed25519");
        }
        encoded.put(PKCS8).put(typed, 1, SEED_BYTES);
        try {
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded.array()));
            SigningKey read = new SigningKey(key, verifier);
            if (!verifier.verifies(PREFIX, read.signature(PREFIX))) {
                throw new IllegalArgumentException("its private and its public key do not belong together");
            }
            return read;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("its private key cannot be read", e);
        }
    }

    VerifierKey verifier() {
        return verifier;
    }

    byte[] signature(String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an Ed25519 key signs", e);
        }
    }

    /** Two lines: the key as signers of notes take it, and its verifier key. */
    String text() {
        ByteBuffer typed = ByteBuffer.allocate(SEED_BYTES + 1);
        typed.put(VerifierKey.ED25519).put(((EdECPrivateKey) key).getBytes().orElseThrow());
        return PREFIX + verifier.name() + "+" + verifier.idHex() + "+"
                + Base64.getEncoder().encodeToString(typed.array()) + "\n" + verifier + "\n";
    }
}
