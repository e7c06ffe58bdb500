package io.npuq.worker.builtin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A table of words and short phrases in several languages. An entry stands for whole words; with a star at its end for every last word that begins so; in
 * Chinese, Japanese and Korean, which write no blanks, for the characters wherever they stand. Case does not matter.
 *
 * <p>Looking a text up takes time linear in the text.
 */
final class Keywords {
    private static final Pattern UNSPACED =
            Pattern.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}].*");

    /** Stems are not shorter, so that few beginnings of a word need to be looked up. */
    private static final int STEM_CHARS_MIN = 3;

    private static final int STEM_CHARS_MAX = 16;

    private final Map<String, List<Entry>> byFirstWord = new HashMap<>();
    private final Set<String> stems = new HashSet<>();
    private final List<String> unspaced = new ArrayList<>();

    private record Entry(List<String> words, boolean stem) {
        boolean at(List<String> text, int index) {
            if (index + words.size() > text.size()) {
                return false;
            }
            int last = words.size() - 1;
            return text.subList(index, index + last).equals(words.subList(0, last))
                    && (stem
                            ? text.get(index + last).startsWith(words.get(last))
                            : text.get(index + last).equals(words.get(last)));
        }
    }

    private Keywords() {}

    /** The table of these entries, each line a list parted by commas. */
    static Keywords of(String... lines) {
        Keywords keywords = new Keywords();
        for (String entry : String.join(",", lines).split(",", -1)) {
            keywords.add(entry.strip());
        }
        return keywords;
    }

    private void add(String entry) {
        boolean stem = entry.endsWith("*");
        List<String> words = KeywordText.words(entry);
        if (UNSPACED.matcher(entry).matches()) {
            unspaced.add(entry);
        } else if (stem && words.size() == 1) {
            if (words.get(0).length() < STEM_CHARS_MIN || words.get(0).length() > STEM_CHARS_MAX) {
                throw new IllegalArgumentException("a stem has 3 to 16 letters, not as " + entry);
            }
            stems.add(words.get(0));
        } else {
            byFirstWord
                    .computeIfAbsent(words.get(0), first -> new ArrayList<>())
                    .add(new Entry(words, stem));
        }
    }

    boolean in(KeywordText text) {
        return places(text).findAny().isPresent();
    }

    int count(KeywordText text) {
        return (int) places(text).count();
    }

    /** The index of each word where an entry begins, in order; then −1 for each unspaced entry that the text has. */
    IntStream places(KeywordText text) {
        List<String> words = text.words();
        IntStream spaced = IntStream.range(0, words.size()).filter(i -> startsAt(words, i));
        return IntStream.concat(spaced, unspaced.stream().filter(text::contains).mapToInt(entry -> -1));
    }

    private boolean startsAt(List<String> words, int index) {
        String word = words.get(index);
        for (Entry entry : byFirstWord.getOrDefault(word, List.of())) {
            if (entry.at(words, index)) {
                return true;
            }
        }
        for (int end = STEM_CHARS_MIN; end <= Math.min(word.length(), STEM_CHARS_MAX); end++) {
            if (stems.contains(word.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
