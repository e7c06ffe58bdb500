package io.npuq.worker.llm.guide;

/** Tells when an answer goes round in circles. */
public final class Loop {
    /** A shorter piece may well stand twice in a row, in characters. */
    private static final int CHARS_MIN = 8;

    /** Longest piece that is looked for, in characters. */
    private static final int CHARS_MAX = 400;

    private Loop() {}

    /** Whether the text ends with the same piece twice in a row. */
    public static boolean ends(CharSequence text) {
        int length = text.length();
        for (int size = CHARS_MIN; size <= CHARS_MAX && 2 * size <= length; size++) {
            CharSequence tail = text.subSequence(length - size, length);
            if (tail.toString().contentEquals(text.subSequence(length - 2 * size, length - size))) {
                return true;
            }
        }
        return false;
    }
}
