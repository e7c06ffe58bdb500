package io.npuq.worker.llm.grammar;

import java.nio.charset.StandardCharsets;

/**
 * Bytes that are given.
 *
 * @param bytes a char each, so that they can be compared
 * @param at how many of them are there already; there are more
 * @param then what follows
 */
record Literal(String bytes, int at, State then) implements State {
    /** These bytes, and what follows. */
    static State of(String bytes, State then) {
        return bytes.isEmpty() ? then : new Literal(bytes, 0, then);
    }

    /** The bytes of a text, a char each. */
    static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public State next(int next) {
        if (bytes.charAt(at) != next) {
            return Edge.DEAD;
        }
        return at + 1 == bytes.length() ? then : new Literal(bytes, at + 1, then);
    }

    @Override
    public int forced() {
        return bytes.charAt(at);
    }

    @Override
    public boolean mayEnd() {
        return false;
    }
}
