package io.npuq.worker.llm;

import java.util.Arrays;

/**
 * Turns tokens into text as they come, whole characters only. Each token costs one call of the detokenizer on a short window, however
 * long the answer is.
 */
final class WindowText implements AnswerText {
    /** With this many tokens the window starts anew, at the next whole character. */
    private static final int WINDOW_TOKENS = 16;

    /** With this many it starts anew in any case: so many tokens without a whole character are no text. */
    private static final int WINDOW_TOKENS_MAX = 32;

    /** Kept when it starts anew: a character has at most four bytes, so a pending one is within these. */
    private static final int KEPT_TOKENS = 4;

    /** What a detokenizer writes for bytes that are no character, or not yet. */
    private static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private final int[] window = new int[WINDOW_TOKENS_MAX];
    private int size;
    /** How much of the window's text is out already. */
    private int out;

    WindowText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Adds a token.
     *
     * @return the text that is now whole; empty when there is none. A character that is never finished never comes out
     */
    @Override
    public String add(int token) {
        window[size++] = token;
        String text = windowText();
        int whole = wholeLength(text);
        String piece = text.substring(Math.min(out, whole), whole);
        out = Math.max(out, whole);
        boolean settled = size >= WINDOW_TOKENS && whole == text.length();
        if (settled || size == WINDOW_TOKENS_MAX) {
            startAnew();
        }
        return piece;
    }

    private static int wholeLength(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == REPLACEMENT) {
            end--;
        }
        return end;
    }

    private void startAnew() {
        System.arraycopy(window, size - KEPT_TOKENS, window, 0, KEPT_TOKENS);
        size = KEPT_TOKENS;
        out = windowText().length();
    }

    private String windowText() {
        return tokenizer.text(Arrays.copyOf(window, size));
    }
}
