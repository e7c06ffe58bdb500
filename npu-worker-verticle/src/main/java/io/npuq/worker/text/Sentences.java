package io.npuq.worker.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits a text into sentences: at the end marks of many scripts, at list items and lines; not at abbreviations, initials, decimals, versions, host
 * names or ordinals. Linear in the text's length.
 */
public final class Sentences {
    /** End a sentence wherever they stand. */
    private static final String WIDE_ENDS = "。！？｡।॥։።၊။។៕…‼⁇⁈⁉";

    /** End a sentence when a blank or the end follows. */
    private static final String NARROW_ENDS = ".!?؟۔";

    private static final String CLOSERS = "\"'”’»)]}」』）】›";

    /** Never end a sentence. */
    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "al", "approx", "dept", "e.g", "i.e", "cf", "resp",
            "ca", "bzw", "z.b", "d.h", "u.a", "usw", "evtl", "ggf", "inkl", "str", "tel", "vgl", "hr", "fr", "mme",
            "mlle", "m", "sra", "sig", "av", "p.ej", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
            "okt", "nov", "dec", "dez");

    /** Never end a sentence before a number. */
    private static final Set<String> NUMBERED = Set.of("no", "nos", "nr", "fig", "art", "abs", "núm");

    /** End a sentence only before a capital. */
    private static final Set<String> MAY_END = Set.of("etc", "inc", "ltd", "co", "corp", "a.m", "p.m", "u.s", "u.k");

    private static final Set<String> MONTHS = Set.of(
            "jan", "feb", "mär", "mar", "apr", "mai", "may", "jun", "jul", "aug", "sep", "okt", "oct", "nov", "dez",
            "dec");

    private Sentences() {}

    /** The sentences of a text, in order. Each has a letter or a digit; a text without any gives none. */
    public static List<Sentence> of(String text) {
        List<Sentence> sentences = new ArrayList<>();
        for (Sentence item : Lines.of(text)) {
            for (String part : item.heading() ? List.of(item.text()) : split(item.text())) {
                if (part.codePoints().anyMatch(Character::isLetterOrDigit)) {
                    sentences.add(new Sentence(part, item.bullet(), item.heading()));
                }
            }
        }
        return sentences;
    }

    /** Whether a line ends with an end mark, quotes and brackets after it aside. */
    public static boolean endsSentence(String line) {
        int i = line.length() - 1;
        while (i >= 0 && CLOSERS.indexOf(line.charAt(i)) >= 0) {
            i--;
        }
        return i >= 0 && (isEnd(line.charAt(i)) || line.charAt(i) == ':' || line.charAt(i) == '：');
    }

    private static boolean isEnd(char c) {
        return WIDE_ENDS.indexOf(c) >= 0 || NARROW_ENDS.indexOf(c) >= 0;
    }

    private static List<String> split(String line) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < line.length(); i++) {
            if (!isEnd(line.charAt(i))) {
                continue;
            }
            int after = i + 1;
            while (after < line.length() && (isEnd(line.charAt(after)) || CLOSERS.indexOf(line.charAt(after)) >= 0)) {
                after++;
            }
            if (ends(line, from, i, after)) {
                parts.add(line.substring(from, after).strip());
                from = after;
            }
            i = after - 1;
        }
        if (from < line.length()) {
            parts.add(line.substring(from).strip());
        }
        return parts;
    }

    private static boolean ends(String line, int from, int mark, int after) {
        if (after >= line.length() || WIDE_ENDS.indexOf(line.charAt(mark)) >= 0) {
            return true;
        }
        if (line.charAt(after) != ' ') {
            return false;
        }
        return line.charAt(mark) != '.' || after - mark > 1 || dotEnds(line, from, mark);
    }

    /** Whether a dot before a blank ends a sentence, by the word before it and the character after it. */
    private static boolean dotEnds(String line, int from, int dot) {
        int start = line.lastIndexOf(' ', dot - 1) + 1;
        String word = line.substring(Math.max(start, from), dot).toLowerCase(Locale.ROOT);
        while (!word.isEmpty() && !Character.isLetterOrDigit(word.charAt(0))) {
            word = word.substring(1);
        }
        int next = dot + 2 < line.length() ? line.codePointAt(dot + 2) : ' ';
        boolean initial = word.length() == 1 && Character.isLetter(word.charAt(0));
        boolean ordinal = word.length() <= 2 && word.chars().allMatch(Character::isDigit) && startsMonth(line, dot + 2);
        if (initial || ordinal || ABBREVIATIONS.contains(word) || Character.isLowerCase(next)) {
            return false;
        }
        if (NUMBERED.contains(word) && Character.isDigit(next)) {
            return false;
        }
        return !MAY_END.contains(word) || Character.isUpperCase(next);
    }

    /** "am 3. Dezember" and the like: a day before the name of a month. */
    private static boolean startsMonth(String line, int at) {
        int end = Math.min(line.length(), at + 3);
        return at < end && MONTHS.contains(line.substring(at, end).toLowerCase(Locale.ROOT));
    }
}
