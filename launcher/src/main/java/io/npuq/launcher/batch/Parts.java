package io.npuq.launcher.batch;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into parts of about the same length, at ends of sentences where there are some, else between words. The same text is always cut
 * in the same way: that is what finds the jobs of its parts again.
 */
final class Parts {
    /** A cut looks so far ahead, in UTF-16 units, to see whether a sentence ends. */
    private static final int AHEAD = 200;

    /** Of a part's length, what it may have more than its share, so that it can end with a sentence. */
    private static final int SLACK = 10;

    private Parts() {}

    /**
     * The parts of a text, in order. Blank ones are left out.
     *
     * @param at where the text itself begins, in characters
     * @param charsMax most characters of a part
     */
    static List<Part> of(String text, int at, int charsMax) {
        List<Part> parts = new ArrayList<>();
        int left = text.codePointCount(0, text.length());
        int from = 0;
        while (left > 0) {
            int to = left <= charsMax ? text.length() : cut(text, from, share(left, charsMax));
            Part part = Part.of(at, text.substring(from, to));
            if (!part.text().isBlank()) {
                parts.add(part);
            }
            at += part.chars();
            left -= part.chars();
            from = to;
        }
        return parts;
    }

    private static int share(int left, int charsMax) {
        int count = (left + charsMax - 1) / charsMax;
        int even = (left + count - 1) / count;
        return Math.min(charsMax, even + even / SLACK);
    }

    /** Where the part that begins at {@code from} ends, which has at most so many characters. */
    private static int cut(String text, int from, int chars) {
        int most = text.offsetByCodePoints(from, chars);
        String window = text.substring(from, Math.min(text.length(), most + AHEAD));
        int limit = most - from;
        int sentence = last(BreakIterator.getSentenceInstance(Locale.ROOT), window, limit);
        int end = sentence > limit / 2 ? sentence : last(BreakIterator.getLineInstance(Locale.ROOT), window, limit);
        return end > limit / 2 ? from + end : most;
    }

    private static int last(BreakIterator breaks, String window, int limit) {
        breaks.setText(window);
        return breaks.isBoundary(limit) ? limit : breaks.preceding(limit);
    }
}
