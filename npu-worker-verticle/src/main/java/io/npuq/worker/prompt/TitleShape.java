package io.npuq.worker.prompt;

import io.npuq.worker.text.SmallTalk;
import io.npuq.worker.text.Words;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A title out of an answer: its first line that says something, bared of what is around it, and cut. */
final class TitleShape {
    /** What is looked at of a line, in characters. */
    private static final int LINE_CHARS_MAX = 500;

    private static final String FENCE = "```";
    private static final Pattern MARKUP =
            Pattern.compile("^(?:#{1,6}\\s+|>\\s+|[-*+•]\\s+|\\d{1,2}[.)]\\s+)|[*_`]{2,}|^`|`$");
    private static final String QUOTES = "\"'“”„‟‘’«»‹›「」『』`*_";
    private static final String TAIL = ".。｡．,，、;；:：-–—…·|";

    /** Words that no title ends with, once it had to be cut. */
    private static final Set<String> DANGLING = Set.of(
            "a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or", "but", "with", "by", "from", "is",
            "are", "was", "has", "as", "that", "because", "since", "its", "der", "die", "das", "den", "dem", "ein",
            "eine", "und", "oder", "im", "am", "auf", "für", "mit", "von", "zu", "le", "la", "les", "un", "une", "de",
            "du", "des", "et", "ou", "à", "au", "en", "el", "los", "las", "una", "y", "o", "del", "al", "con", "por",
            "para", "que", "il", "e", "di", "da", "per");

    private TitleShape() {}

    static String of(String answer) {
        String title = once(answer);
        // A cut may bare a quote or a mark at the end, which then goes too. Each round is shorter.
        for (String again = once(title); !again.equals(title); again = once(title)) {
            title = again;
        }
        return title;
    }

    private static String once(String answer) {
        String greeting = "";
        for (String line : answer.split("\\R", -1)) {
            String title = line.startsWith(FENCE) ? "" : bare(line);
            if (title.codePoints().anyMatch(Character::isLetterOrDigit)) {
                if (!SmallTalk.isGreeting(title)) {
                    return cut(title);
                }
                greeting = greeting.isEmpty() ? title : greeting;
            }
        }
        return cut(greeting.isEmpty() ? bare(answer) : greeting);
    }

    private static String bare(String line) {
        String title = Words.firstChars(AnswerLead.oneLine(line), LINE_CHARS_MAX);
        for (String before = ""; !before.equals(title); ) {
            before = title;
            title = AnswerLead.without(MARKUP.matcher(title).replaceAll("").strip());
            title = withoutQuotes(title);
            title = withoutTail(title);
        }
        return title;
    }

    private static String cut(String title) {
        String cut = title;
        if (Words.count(title) > AnswerShape.TITLE_WORDS_MAX) {
            cut = Words.first(title, AnswerShape.TITLE_WORDS_MAX);
            for (int space = cut.lastIndexOf(' ');
                    space > 0 && dangling(cut.substring(space + 1));
                    space = cut.lastIndexOf(' ')) {
                cut = withoutTail(cut.substring(0, space));
            }
        }
        cut = Words.firstChars(cut, AnswerShape.TITLE_CHARS_MAX);
        return cut.equals(title) ? title : bare(cut);
    }

    private static boolean dangling(String word) {
        return DANGLING.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Takes away quotes at both ends, or one that was never closed. */
    private static String withoutQuotes(String title) {
        if (title.isEmpty()) {
            return title;
        }
        boolean opens = isQuote(title.charAt(0));
        boolean closes = isQuote(title.charAt(title.length() - 1));
        boolean inside = title.length() > 2
                && title.substring(1, title.length() - 1).chars().anyMatch(TitleShape::isQuote);
        int from = opens && (closes || !inside) ? 1 : 0;
        int to = closes && (opens || !inside) && title.length() > from ? title.length() - 1 : title.length();
        return title.substring(from, to).strip();
    }

    private static boolean isQuote(int c) {
        return QUOTES.indexOf(c) >= 0;
    }

    private static String withoutTail(String title) {
        int end = title.length();
        while (end > 0 && isTail(title.charAt(end - 1))) {
            end--;
        }
        return title.substring(0, end);
    }

    private static boolean isTail(char c) {
        return TAIL.indexOf(c) >= 0 || Character.isWhitespace(c);
    }
}
