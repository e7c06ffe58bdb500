package io.npuq.worker.llm;

import java.util.Arrays;

/**
 * Turns tokens into text as they come, whole characters only. Each token costs one call of the detokenizer on a short window, however
 * long the answer is.
 */
final class AnswerText {
    /** The window grows to this many tokens, then starts anew. */
    private static final int WINDOW_TOKENS_MAX = 16;

    /** Kept when it starts anew: a character has at most four bytes, so a pending one is within these. */
    private static final int KEPT_TOKENS = 4;

    /** What a detokenizer writes for bytes that are no character, or not yet. */
    private static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private final int[] window = new int[WINDOW_TOKENS_MAX + 1];
    private int size;
    private int sent;

    AnswerText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Adds a token, and answers the text that is now whole; empty when there is none. */
    String add(int token) {
        window[size++] = token;
        String text = windowText();
        boolean pending = !text.isEmpty() && text.charAt(text.length() - 1) == REPLACEMENT;
        if (pending && size <= WINDOW_TOKENS_MAX) {
            return "";
        }
        String whole = text.substring(Math.min(sent, text.length()));
        sent = Math.max(sent, text.length());
        if (size > WINDOW_TOKENS_MAX) {
            restart();
        }
        return whole;
    }

    /** The rest, without a character that was never finished. */
    String end() {
        String text = windowText();
        int end = text.length();
        while (end > sent && text.charAt(end - 1) == REPLACEMENT) {
            end--;
        }
        String rest = text.substring(Math.min(sent, end), end);
        sent = Math.max(sent, end);
        return rest;
    }

    private void restart() {
        System.arraycopy(window, size - KEPT_TOKENS, window, 0, KEPT_TOKENS);
        size = KEPT_TOKENS;
        sent = windowText().length();
    }

    private String windowText() {
        return tokenizer.text(Arrays.copyOf(window, size));
    }
}
