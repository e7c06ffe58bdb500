package io.npuq.scheduler.index;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * The first 128 bits of a SHA-256.
 *
 * @param high bits 0 to 63
 * @param low bits 64 to 127
 */
record Digest(long high, long low) implements Comparable<Digest> {
    private static final int HEX_CHARS = 16;

    /** Of the hexadecimal form of the whole hash. */
    static Digest ofHex(String sha256) {
        return new Digest(
                HexFormat.fromHexDigitsToLong(sha256, 0, HEX_CHARS),
                HexFormat.fromHexDigitsToLong(sha256, HEX_CHARS, 2 * HEX_CHARS));
    }

    @Override
    public int compareTo(Digest other) {
        int byHigh = Long.compare(high, other.high);
        return byHigh != 0 ? byHigh : Long.compare(low, other.low);
    }

    /** How digests lie in the index's file. */
    static final class Type extends BasicDataType<Digest> {
        static final Type INSTANCE = new Type();
        private static final int HEAP_BYTES = 32;

        @Override
        public int getMemory(Digest digest) {
            return HEAP_BYTES;
        }

        @Override
        public int compare(Digest a, Digest b) {
            return a.compareTo(b);
        }

        @Override
        public void write(WriteBuffer buffer, Digest digest) {
            buffer.putLong(digest.high).putLong(digest.low);
        }

        @Override
        public Digest read(ByteBuffer buffer) {
            return new Digest(buffer.getLong(), buffer.getLong());
        }

        @Override
        public Digest[] createStorage(int size) {
            return new Digest[size];
        }
    }
}
