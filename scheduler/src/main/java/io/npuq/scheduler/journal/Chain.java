package io.npuq.scheduler.journal;

import io.npuq.schema.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The hash chain, as far as it has been walked or written: what the next entry must say of the one before. */
final class Chain {
    private static final byte[] PREV_KEY = "\"prev\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEQ_KEY = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_CHARS = 64;

    private long seq;
    private String head = Entry.FIRST_PREV;

    /** Number of the latest entry; 0 before the first. */
    long seq() {
        return seq;
    }

    /** Hash of the latest entry, hexadecimal. */
    String head() {
        return head;
    }

    /** Goes on by an entry that was just written. */
    void extend(byte[] line) {
        seq++;
        head = Sha256.hex(line);
    }

    /** Goes on by an entry that was read and is known to be in the chain, without hashing it. */
    void pass(byte[] line, Object where) {
        if (!saysNumber(line, seq + 1)) {
            throw broken(where);
        }
        seq++;
    }

    /** Makes the entry that was passed last the one that the next must follow. */
    void rest(byte[] line) {
        head = Sha256.hex(line);
    }

    /**
     * Goes on by an entry that was read. A line begins with its number and ends with the hash of the one before, so that a walk over
     * millions need not parse them.
     *
     * @throws JournalDamagedException when the line is not the next one
     */
    void follow(byte[] line, Object where) {
        if (!saysNumber(line, seq + 1) || !saysPrev(line)) {
            throw broken(where);
        }
        extend(line);
    }

    private JournalDamagedException broken(Object where) {
        return new JournalDamagedException("the journal's chain breaks at entry " + (seq + 1) + " (" + where
                + "): it does not follow from the entry before. Restore the data directory from a backup");
    }

    private static boolean saysNumber(byte[] line, long number) {
        byte[] digits = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        int digitsAt = SEQ_KEY.length;
        int commaAt = digitsAt + digits.length;
        return line.length > commaAt
                && Arrays.equals(line, 0, digitsAt, SEQ_KEY, 0, digitsAt)
                && Arrays.equals(line, digitsAt, commaAt, digits, 0, digits.length)
                && line[commaAt] == ',';
    }

    private boolean saysPrev(byte[] line) {
        int hashAt = line.length - HASH_CHARS - 2;
        int keyAt = hashAt - PREV_KEY.length;
        return keyAt > 0
                && Arrays.equals(line, keyAt, hashAt, PREV_KEY, 0, PREV_KEY.length)
                && Arrays.equals(
                        line, hashAt, hashAt + HASH_CHARS, head.getBytes(StandardCharsets.US_ASCII), 0, HASH_CHARS);
    }
}
