package io.npuq.scheduler.audit;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A public Ed25519 key in the form of signed notes (c2sp.org/signed-note): {@code name+id+base64(0x01, key)}.
 *
 * @param name of the key, which is the origin of its log
 * @param point the key's 32 bytes, in hexadecimal
 */
public record VerifierKey(String name, String point) {
    /** The type of signature, in a key's id and text: Ed25519. */
    static final byte ED25519 = 1;

    private static final HexFormat HEX = HexFormat.of();
    private static final int POINT_BYTES = 32;

    /** What goes before the 32 bytes in the form that Java reads (RFC 8410). */
    private static final byte[] SPKI = HEX.parseHex("302a300506032b6570032100");

    /** Checks the name. */
    public VerifierKey {
        boolean named = !name.isEmpty() && name.chars().noneMatch(c -> c <= ' ' || c == '+' || c > '~');
        InvalidInputException.check(named, "key", "a verifier key's name has no spaces and no plus");
    }

    static VerifierKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new VerifierKey(
                name, HEX.formatHex(Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length)));
    }

    /**
     * The key of that text.
     *
     * @throws InvalidInputException when it is none, or of another type than Ed25519
     */
    public static VerifierKey parse(String text) {
        String[] parts = text.strip().split("\\+", 3);
        try {
            byte[] typed = Base64.getDecoder().decode(parts[parts.length - 1]);
            if (parts.length == 3 && typed.length == POINT_BYTES + 1 && typed[0] == ED25519) {
                VerifierKey key = new VerifierKey(parts[0], HEX.formatHex(typed, 1, typed.length));
                if (parts[1].equals(key.idHex())) {
                    return key;
                }
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new InvalidInputException(
                "key", "this is no verifier key of a signed note, which is NAME+ID+BASE64, of type Ed25519");
    }

    /** The key's id: the beginning of SHA-256 of name, line break, type and key. */
    public int id() {
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.writeBytes((name + "\n").getBytes(StandardCharsets.UTF_8));
        hashed.write(ED25519);
        hashed.writeBytes(HEX.parseHex(point));
        return ByteBuffer.wrap(Sha256.of(hashed.toByteArray())).getInt();
    }

    String idHex() {
        return HEX.toHexDigits(id());
    }

    /** Whether that is this key's signature of the text. */
    boolean verifies(String text, byte[] signature) {
        try {
            ByteBuffer encoded = ByteBuffer.allocate(SPKI.length + POINT_BYTES);
            encoded.put(SPKI).put(HEX.parseHex(point));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.array())));
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // Not a point on the curve, or not the form of a signature.
            return false;
        }
    }

    /** The key's text, for whoever wants to verify. */
    @Override
    public String toString() {
        byte[] typed = new byte[POINT_BYTES + 1];
        typed[0] = ED25519;
        System.arraycopy(HEX.parseHex(point), 0, typed, 1, POINT_BYTES);
        return name + "+" + idHex() + "+" + Base64.getEncoder().encodeToString(typed);
    }
}
