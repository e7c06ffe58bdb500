package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * A job's name: {@code job_} and 26 characters of Crockford base 32, sorted by time like a ULID: 48 bits of milliseconds since
 * 1970, then 80 bits that the queue chooses.
 *
 * @param value the whole text
 */
public record JobId(@JsonValue String value) implements Comparable<JobId> {
    private static final String PREFIX = "job_";
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int DIGITS_COUNT = 26;

    /** 26 digits are 130 bits, of which an id has 128. */
    private static final char FIRST_DIGIT_MAX = '7';

    /** Checks the shape. */
    public JobId {
        InvalidInputException.check(hasShape(value), "id", "a job id is job_ and 26 characters of base 32");
    }

    /** The id of that text; empty when it has not the shape of one, so that no such job can exist. */
    public static Optional<JobId> parse(String text) {
        String upper = text.startsWith(PREFIX)
                ? PREFIX + text.substring(PREFIX.length()).toUpperCase(Locale.ROOT)
                : text;
        return hasShape(upper) ? Optional.of(new JobId(upper)) : Optional.empty();
    }

    /** The id of those 26 digits, without their prefix; empty when they have not that shape. */
    public static Optional<JobId> ofDigits(String digits) {
        return parse(PREFIX + digits);
    }

    /** Its 26 digits, without their prefix: for names of other things that are this job. */
    public String digits() {
        return value.substring(PREFIX.length());
    }

    /** Ids are made and read tens of thousands of times a second: too often for a regular expression. */
    private static boolean hasShape(String text) {
        boolean framed = text.length() == PREFIX.length() + DIGITS_COUNT
                && text.startsWith(PREFIX)
                && text.charAt(PREFIX.length()) <= FIRST_DIGIT_MAX;
        for (int i = PREFIX.length(); framed && i < text.length(); i++) {
            framed = DIGITS.indexOf(text.charAt(i)) >= 0;
        }
        return framed;
    }

    /**
     * The id made of these 128 bits.
     *
     * @param high 48 bits of milliseconds since 1970, then the 16 highest of the other 80 bits
     * @param low the 64 lowest bits
     */
    public static JobId of(long high, long low) {
        char[] text = new char[DIGITS_COUNT];
        long h = high;
        long l = low;
        for (int i = DIGITS_COUNT - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (l & 31));
            l = (l >>> 5) | (h << 59);
            h >>>= 5;
        }
        return new JobId(PREFIX + new String(text));
    }

    /** The 64 highest bits, as {@link #of} was given them. */
    public long highBits() {
        int half = PREFIX.length() + DIGITS_COUNT / 2;
        long high = 0;
        for (int i = PREFIX.length(); i < half; i++) {
            high = high << 5 | DIGITS.indexOf(value.charAt(i));
        }
        // Half of the digits are 65 of 130 bits, the first two of which are 0: one bit is in the next digit.
        return high << 1 | DIGITS.indexOf(value.charAt(half)) >>> 4;
    }

    /** The 64 lowest bits, as {@link #of} was given them. */
    public long lowBits() {
        long low = 0;
        for (int i = PREFIX.length(); i < value.length(); i++) {
            low = low << 5 | DIGITS.indexOf(value.charAt(i));
        }
        return low;
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
