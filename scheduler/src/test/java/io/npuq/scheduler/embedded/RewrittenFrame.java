package io.npuq.scheduler.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Changes a word in the first entry of a segment's log, and makes its frame whole again. */
final class RewrittenFrame {
    private static final int HEADER_BYTES = 24;
    private static final int CRC_AT = 4;
    private static final int COVERED_FROM = 8;

    private RewrittenFrame() {}

    static byte[] replace(byte[] log, String word, String other) {
        byte[] changed = log.clone();
        byte[] from = word.getBytes(StandardCharsets.US_ASCII);
        byte[] to = other.getBytes(StandardCharsets.US_ASCII);
        int at = new String(log, StandardCharsets.ISO_8859_1).indexOf(word);
        if (at < 0 || from.length != to.length) {
            throw new IllegalArgumentException(word + " is not there, or " + other + " does not fit in its place");
        }
        System.arraycopy(to, 0, changed, at, to.length);
        ByteBuffer frame = ByteBuffer.wrap(changed);
        CRC32C crc = new CRC32C();
        crc.update(changed, COVERED_FROM, HEADER_BYTES - COVERED_FROM + frame.getInt(0));
        frame.putInt(CRC_AT, (int) crc.getValue());
        return changed;
    }
}
