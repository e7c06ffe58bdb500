package io.npuq.worker.llm.grammar;

import java.util.Arrays;

/**
 * The inside of a JSON string, byte by byte: well-formed UTF-8 by the table of the Unicode Standard (3-7), no raw control character, every
 * escape, and halves of a surrogate pair only as a pair. States are small integers.
 */
public final class StringBytes {
    /** Between two characters. */
    public static final int WHOLE = 0;

    /** Behind a backslash. */
    public static final int ESCAPED = 1;

    /** Not inside of any string. */
    public static final int BROKEN = -1;

    private static final int MORE_1 = 2;
    private static final int MORE_2 = 3;
    private static final int MORE_3 = 4;
    private static final int AFTER_E0 = 5;
    private static final int AFTER_ED = 6;
    private static final int AFTER_F0 = 7;
    private static final int AFTER_F4 = 8;
    /** Four hexadecimal digits; a first d may begin a surrogate. */
    private static final int HEX_4 = 9;

    private static final int HEX_3 = 10;
    private static final int HEX_2 = 11;
    private static final int HEX_1 = 12;
    private static final int AFTER_D = 13;
    /** The last two digits of a high surrogate, and then the whole low one. */
    private static final int HIGH_2 = 14;

    private static final int HIGH_1 = 15;
    private static final int LOW_BACKSLASH = 16;
    private static final int LOW_U = 17;
    private static final int LOW_D = 18;
    private static final int LOW_3 = 19;
    private static final int STATES = 20;

    private static final byte[][] NEXT = table();

    private StringBytes() {}

    /** After a byte, 0 to 255; {@link #BROKEN} where it may not come. A quote is not looked at: between two characters it ends the string. */
    public static int next(int state, int next) {
        return NEXT[state][next];
    }

    private static byte[][] table() {
        byte[][] next = new byte[STATES][256];
        for (byte[] row : next) {
            Arrays.fill(row, (byte) BROKEN);
        }
        set(next, WHOLE, 0x20, 0x7F, WHOLE);
        set(next, WHOLE, '"', '"', BROKEN);
        set(next, WHOLE, '\\', '\\', ESCAPED);
        set(next, WHOLE, 0xC2, 0xDF, MORE_1);
        set(next, WHOLE, 0xE0, 0xEF, MORE_2);
        set(next, WHOLE, 0xE0, 0xE0, AFTER_E0);
        set(next, WHOLE, 0xED, 0xED, AFTER_ED);
        set(next, WHOLE, 0xF0, 0xF4, MORE_3);
        set(next, WHOLE, 0xF0, 0xF0, AFTER_F0);
        set(next, WHOLE, 0xF4, 0xF4, AFTER_F4);
        set(next, MORE_1, 0x80, 0xBF, WHOLE);
        set(next, MORE_2, 0x80, 0xBF, MORE_1);
        set(next, MORE_3, 0x80, 0xBF, MORE_2);
        set(next, AFTER_E0, 0xA0, 0xBF, MORE_1);
        set(next, AFTER_ED, 0x80, 0x9F, MORE_1);
        set(next, AFTER_F0, 0x90, 0xBF, MORE_2);
        set(next, AFTER_F4, 0x80, 0x8F, MORE_2);
        escapes(next);
        return next;
    }

    private static void escapes(byte[][] next) {
        all(next, ESCAPED, "\"\\/bfnrt", WHOLE);
        set(next, ESCAPED, 'u', 'u', HEX_4);
        all(next, HEX_4, "0123456789abcefABCEF", HEX_3);
        all(next, HEX_4, "dD", AFTER_D);
        all(next, HEX_3, "0123456789abcdefABCDEF", HEX_2);
        all(next, HEX_2, "0123456789abcdefABCDEF", HEX_1);
        all(next, HEX_1, "0123456789abcdefABCDEF", WHOLE);
        all(next, AFTER_D, "01234567", HEX_2);
        all(next, AFTER_D, "89abAB", HIGH_2);
        all(next, HIGH_2, "0123456789abcdefABCDEF", HIGH_1);
        all(next, HIGH_1, "0123456789abcdefABCDEF", LOW_BACKSLASH);
        set(next, LOW_BACKSLASH, '\\', '\\', LOW_U);
        set(next, LOW_U, 'u', 'u', LOW_D);
        all(next, LOW_D, "dD", LOW_3);
        all(next, LOW_3, "cdefCDEF", HEX_2);
    }

    private static void all(byte[][] next, int state, String chars, int after) {
        chars.chars().forEach(c -> set(next, state, c, c, after));
    }

    private static void set(byte[][] next, int state, int from, int to, int after) {
        Arrays.fill(next[state], from, to + 1, (byte) after);
    }
}
