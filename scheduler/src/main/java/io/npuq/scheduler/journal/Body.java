package io.npuq.scheduler.journal;

import io.npuq.schema.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A text on its way to the body file, with the salt that keeps a short text from being guessed by its hash. Made on the caller's
 * thread: hashing is work that the writer need not do.
 *
 * <p>On disk: u32 length of the text, u32 CRC32C over what follows, 16 bytes of salt, the text. An erased one keeps its length; its CRC
 * says {@link #ERASED}, and all else is zeros.
 */
public final class Body {
    static final int HEADER_BYTES = 8;
    static final int SALT_BYTES = 16;

    /** Longest stored form: a request body of 1 MiB, every character of it escaped. */
    static final int BYTES_MAX = 8 << 20;

    /** In the place of an erased text's CRC: "ERAS". Zeros alone may be a block that the disk lost. */
    static final int ERASED = 0x45524153;

    private static final ThreadLocal<Salts> SALTS = ThreadLocal.withInitial(Salts::new);
    private static final HexFormat HEX = HexFormat.of();

    private final byte[] salted;
    private final String sha256;

    private Body(byte[] salted) {
        this.salted = salted;
        this.sha256 = Sha256.hex(salted);
    }

    /** Salts of one thread, drawn from the system's random numbers many at a time: each draw is a call into the system. */
    private static final class Salts {
        private static final int DRAWN = 256;
        private static final SecureRandom RANDOM = new SecureRandom();

        private final byte[] drawn = new byte[DRAWN * SALT_BYTES];
        private int used = drawn.length;

        void next(ByteBuffer into) {
            if (used == drawn.length) {
                RANDOM.nextBytes(drawn);
                used = 0;
            }
            into.put(drawn, used, SALT_BYTES);
            Arrays.fill(drawn, used, used + SALT_BYTES, (byte) 0);
            used += SALT_BYTES;
        }
    }

    /** The text's stored form, with a fresh salt. */
    public static Body of(byte[] text) {
        ByteBuffer salted = ByteBuffer.allocate(SALT_BYTES + text.length);
        SALTS.get().next(salted);
        return new Body(salted.put(text).array());
    }

    /** What {@link #salted} gave once. */
    public static Body ofSalted(byte[] salted) {
        return new Body(salted);
    }

    /** Length of the stored form, in bytes. */
    public int bytes() {
        return salted.length - SALT_BYTES;
    }

    String sha256() {
        return sha256;
    }

    /** What an entry says of it, where it lies there. */
    public BodyRef ref(long at) {
        return new BodyRef(at, bytes(), sha256);
    }

    /** The salt and the text behind it, for a store that keeps both in a place of its own. Do not change it. */
    public byte[] salted() {
        return salted;
    }

    /** The text of what {@link #salted} gave. */
    public static byte[] textOf(byte[] salted) {
        return Arrays.copyOfRange(salted, SALT_BYTES, salted.length);
    }

    void writeTo(ByteBuffer buffer) {
        buffer.putInt(bytes()).putInt(crcOf(salted)).put(salted);
    }

    /** Length on disk of a text of so many bytes. */
    static int frameBytes(int bytes) {
        return HEADER_BYTES + SALT_BYTES + bytes;
    }

    /** Whether the frame, whose length is its own word, is whole, or erased. */
    static boolean isWholeOrErased(ByteBuffer frame) {
        byte[] salted = saltedOf(frame);
        int crc = frame.getInt(4);
        return crc == crcOf(salted) || (crc == ERASED && isZeros(salted));
    }

    /**
     * The text of a frame as read from disk, with its salt; empty when it was erased.
     *
     * @throws JournalDamagedException when it is not what was written
     */
    static Optional<Body> open(ByteBuffer frame, BodyRef ref, String where) {
        byte[] salted = saltedOf(frame);
        int crc = frame.getInt(4);
        boolean inPlace = frame.getInt(0) == ref.bytes();
        if (inPlace && crc == ERASED && isZeros(salted)) {
            return Optional.empty();
        }
        boolean whole =
                inPlace && crc == crcOf(salted) && MessageDigest.isEqual(Sha256.of(salted), HEX.parseHex(ref.sha256()));
        if (!whole) {
            throw new JournalDamagedException("the text at " + where + " is not what was written there");
        }
        return Optional.of(new Body(salted));
    }

    private static byte[] saltedOf(ByteBuffer frame) {
        byte[] salted = new byte[frame.limit() - HEADER_BYTES];
        frame.get(HEADER_BYTES, salted);
        return salted;
    }

    private static boolean isZeros(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crcOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
