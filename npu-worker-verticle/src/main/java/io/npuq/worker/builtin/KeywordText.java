package io.npuq.worker.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A text cut into the words that {@link Keywords} look for, once for all tables: letters, or a number with its decimals, in lower case. */
final class KeywordText {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+|\\p{N}+(?:[.,:]\\p{N}+)*+");

    private final String whole;
    private final List<String> words;

    KeywordText(String text) {
        this.whole = text;
        this.words = words(text);
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .forEach(words::add);
        return words;
    }

    List<String> words() {
        return words;
    }

    boolean contains(String part) {
        return whole.contains(part);
    }

    /** The words right before this one, at most so many. */
    List<String> before(int index, int count) {
        return words.subList(Math.max(0, index - count), index);
    }
}
