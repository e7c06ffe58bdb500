package io.npuq.scheduler.audit;

import io.npuq.schema.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an entry says of its place: it begins with its number, and ends with the hash of the one before.
 *
 * @param number from 1
 * @param prev hash of the entry before, hexadecimal
 * @param hash of this one, hexadecimal
 * @param where it stands
 */
record ChainLine(long number, String prev, String hash, Object where) {
    private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREV = ",\"prev\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_CHARS = 64;
    private static final int DIGITS_MAX = 18;

    /** Empty when the bytes have not the form of an entry. */
    static Optional<ChainLine> of(byte[] line, Object where) {
        int hashAt = line.length - HASH_CHARS - 2;
        int prevAt = hashAt - PREV.length;
        boolean framed = prevAt > SEQ.length
                && Arrays.equals(line, 0, SEQ.length, SEQ, 0, SEQ.length)
                && Arrays.equals(line, prevAt, hashAt, PREV, 0, PREV.length)
                && line[line.length - 2] == '"'
                && line[line.length - 1] == '}';
        long number = framed ? number(line) : -1;
        return number < 1
                ? Optional.empty()
                : Optional.of(new ChainLine(
                        number,
                        new String(line, hashAt, HASH_CHARS, StandardCharsets.ISO_8859_1),
                        Sha256.hex(line),
                        where));
    }

    private static long number(byte[] line) {
        long number = 0;
        for (int at = SEQ.length; at <= SEQ.length + DIGITS_MAX; at++) {
            if (line[at] == ',') {
                return number;
            }
            if (line[at] < '0' || line[at] > '9' || (number == 0 && line[at] == '0')) {
                return -1;
            }
            number = number * 10 + line[at] - '0';
        }
        return -1;
    }
}
