package io.npuq.worker.llm.guide;

import io.npuq.worker.text.Sentences;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The inside of a JSON string while it grows, byte by byte. It takes only what keeps it whole: no raw control character, no broken UTF-8,
 * no escape but the short ones ({@code \}{@code u} would allow half a surrogate pair, and any text can be written without it).
 */
final class JsonString {
    private static final String SHORT_ESCAPES = "\"\\/bfnrt";

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private State state = State.START;
    /** Bytes up to the last point between two whole characters. */
    private int whole;
    /** Bytes that were answered already. */
    private int taken;

    /**
     * Between two bytes.
     *
     * @param escaped whether a backslash came just before
     * @param more bytes that the character at hand still lacks
     * @param low least value of the next of them
     * @param high greatest value of the next of them
     */
    private record State(boolean escaped, int more, int low, int high) {
        private static final State START = new State(false, 0, 0x80, 0xBF);
        private static final State ESCAPED = new State(true, 0, 0x80, 0xBF);

        boolean isWhole() {
            return !escaped && more == 0;
        }
    }

    /** What would become of bytes that come next. */
    enum Verdict {
        /** They all belong to the string. */
        GOES_ON,
        /** A quote in them ends it. */
        ENDS,
        /** They would break it. */
        BREAKS
    }

    /** What these bytes would do; nothing is changed. */
    Verdict look(byte[] bytes) {
        State at = state;
        for (byte b : bytes) {
            int value = Byte.toUnsignedInt(b);
            if (value == '"' && at.isWhole()) {
                return Verdict.ENDS;
            }
            if (!accepts(at, value)) {
                return Verdict.BREAKS;
            }
            at = next(at, value);
        }
        return bytes.length == 0 ? Verdict.BREAKS : Verdict.GOES_ON;
    }

    /** How many bytes come before the quote that ends the string; all when none does. */
    int untilEnd(byte[] bytes) {
        State at = state;
        for (int i = 0; i < bytes.length; i++) {
            int value = Byte.toUnsignedInt(bytes[i]);
            if (value == '"' && at.isWhole()) {
                return i;
            }
            at = next(at, value);
        }
        return bytes.length;
    }

    /**
     * Takes bytes that do not break it.
     *
     * @return the text that is whole now and was not before
     */
    String add(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            state = next(state, Byte.toUnsignedInt(bytes[i]));
            content.write(bytes[i]);
            if (state.isWhole()) {
                whole = content.size();
            }
        }
        return takeWhole();
    }

    private String takeWhole() {
        String text = new String(content.toByteArray(), taken, whole - taken, StandardCharsets.UTF_8);
        taken = whole;
        return text;
    }

    boolean isEmpty() {
        return whole == 0;
    }

    /** Whether these bytes would begin a second sentence, or the text goes round in circles. */
    boolean goesTooFarWith(byte[] bytes, int count) {
        String text = content.toString(StandardCharsets.UTF_8);
        String more = text + new String(bytes, 0, count, StandardCharsets.UTF_8);
        return isWhole() && (Loop.ends(text) || Sentences.of(more).size() > 1);
    }

    /** Whether it would begin with one of these words, with these bytes. */
    boolean wouldBeginWith(List<String> words, byte[] bytes) {
        if (words.isEmpty()) {
            return false;
        }
        String begin = (content.toString(StandardCharsets.UTF_8) + new String(bytes, StandardCharsets.UTF_8))
                .strip()
                .toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(begin::startsWith);
    }

    private boolean isWhole() {
        return whole == content.size();
    }

    private static boolean accepts(State at, int value) {
        if (at.more > 0) {
            return value >= at.low && value <= at.high;
        }
        if (at.escaped) {
            return SHORT_ESCAPES.indexOf(value) >= 0;
        }
        return value < 0x80 ? value >= 0x20 : value >= 0xC2 && value <= 0xF4;
    }

    /** Well-formed UTF-8, by the table of the Unicode Standard (3-7): the second byte has narrower bounds behind E0, ED, F0 and F4. */
    private static State next(State at, int value) {
        if (at.more > 0) {
            return at.more == 1 ? State.START : new State(false, at.more - 1, 0x80, 0xBF);
        }
        if (at.escaped || value < 0x80) {
            return value == '\\' && !at.escaped ? State.ESCAPED : State.START;
        }
        if (value < 0xE0) {
            return new State(false, 1, 0x80, 0xBF);
        }
        return value < 0xF0
                ? new State(false, 2, value == 0xE0 ? 0xA0 : 0x80, value == 0xED ? 0x9F : 0xBF)
                : new State(false, 3, value == 0xF0 ? 0x90 : 0x80, value == 0xF4 ? 0x8F : 0xBF);
    }
}
