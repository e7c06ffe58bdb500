package io.npuq.launcher.batch;

import io.npuq.schema.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A SHA-256.
 *
 * @param hex its 64 digits
 */
record Digest(String hex) {
    static Digest of(byte[] bytes) {
        return new Digest(Sha256.hex(bytes));
    }

    static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Half of it, for tables of many: no two texts of a lifetime have the same. */
    Half half() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        return new Half(bytes.getLong(), bytes.getLong());
    }

    /** 128 bits. */
    record Half(long high, long low) {}
}
