package io.npuq.worker.text;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Words of a text. Where a script writes no blanks (Chinese, Japanese, Thai and others), {@link #UNSPACED_CHARS} characters count as one word, and
 * pairs of characters stand for words when texts are compared.
 */
public final class Words {
    /** Characters that count as one word in a script without blanks. */
    public static final int UNSPACED_CHARS = 4;

    private static final Set<UnicodeScript> UNSPACED = Set.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private Words() {}

    /** How many words: runs between blanks, and each {@link #UNSPACED_CHARS} characters of an unspaced script. */
    public static int count(String text) {
        int count = 0;
        for (String run : runs(text)) {
            count += countRun(run);
        }
        return count;
    }

    /** The longest beginning of at most so many words; cut between runs, or inside of a run of an unspaced script. */
    public static String first(String text, int words) {
        StringBuilder out = new StringBuilder();
        int left = words;
        for (String run : runs(text)) {
            int size = countRun(run);
            if (size > left) {
                int characters =
                        size > 1 && left > 0 ? Math.min(left * UNSPACED_CHARS, run.codePointCount(0, run.length())) : 0;
                append(out, run.substring(0, run.offsetByCodePoints(0, characters)));
                break;
            }
            append(out, run);
            left -= size;
        }
        return out.toString();
    }

    /** The longest beginning of at most so many characters, in code points. */
    public static String firstChars(String text, int chars) {
        return text.codePointCount(0, text.length()) <= chars
                ? text
                : text.substring(0, text.offsetByCodePoints(0, chars)).strip();
    }

    /** What is compared: words in lower case; pairs of characters for unspaced scripts. */
    public static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int before = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean part = Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
            if (part && isUnspaced(c)) {
                close(word, terms);
                if (before != 0) {
                    terms.add(new StringBuilder()
                            .appendCodePoint(before)
                            .appendCodePoint(c)
                            .toString());
                }
                before = c;
                continue;
            }
            before = 0;
            if (part) {
                word.appendCodePoint(c);
            } else {
                close(word, terms);
            }
        }
        close(word, terms);
        return terms;
    }

    private static void close(StringBuilder word, List<String> terms) {
        if (!word.isEmpty()) {
            terms.add(word.toString().toLowerCase(Locale.ROOT));
            word.setLength(0);
        }
    }

    private static void append(StringBuilder out, String run) {
        if (!run.isEmpty()) {
            out.append(out.isEmpty() ? "" : " ").append(run);
        }
    }

    private static List<String> runs(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+", -1));
    }

    private static int countRun(String run) {
        long unspaced = run.codePoints().filter(Words::isUnspaced).count();
        return (int) Math.max(1, (unspaced + UNSPACED_CHARS - 1) / UNSPACED_CHARS);
    }

    private static boolean isUnspaced(int codePoint) {
        return codePoint > 0x0E00 && UNSPACED.contains(UnicodeScript.of(codePoint));
    }
}
