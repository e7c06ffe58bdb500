package io.npuq.worker.llm.guide;

import io.npuq.worker.llm.grammar.StringBytes;
import io.npuq.worker.text.Sentences;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The inside of a JSON string while it grows, byte by byte. It takes only what keeps it whole: what {@link StringBytes} allows, and no escape but the short ones (any text can be written without {@code \}{@code u}).
 */
final class JsonString {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    /** See {@link StringBytes}. */
    private int state = StringBytes.WHOLE;
    /** Bytes up to the last point between two whole characters. */
    private int whole;
    /** Bytes that were answered already. */
    private int taken;

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
        int at = state;
        for (byte b : bytes) {
            int next = Byte.toUnsignedInt(b);
            if (next == '"' && at == StringBytes.WHOLE) {
                return Verdict.ENDS;
            }
            at = after(at, next);
            if (at == StringBytes.BROKEN) {
                return Verdict.BREAKS;
            }
        }
        return bytes.length == 0 ? Verdict.BREAKS : Verdict.GOES_ON;
    }

    /** How many bytes come before the quote that ends the string; all when none does. They do not break it. */
    int untilEnd(byte[] bytes) {
        int at = state;
        for (int i = 0; i < bytes.length; i++) {
            int next = Byte.toUnsignedInt(bytes[i]);
            if (next == '"' && at == StringBytes.WHOLE) {
                return i;
            }
            at = StringBytes.next(at, next);
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
            state = StringBytes.next(state, Byte.toUnsignedInt(bytes[i]));
            content.write(bytes[i]);
            if (state == StringBytes.WHOLE) {
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

    private static int after(int at, int next) {
        return at == StringBytes.ESCAPED && next == 'u' ? StringBytes.BROKEN : StringBytes.next(at, next);
    }
}
