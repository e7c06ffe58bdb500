package io.npuq.worker.prompt;

import io.npuq.worker.text.Sentence;
import io.npuq.worker.text.Sentences;
import io.npuq.worker.text.SmallTalk;
import io.npuq.worker.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a model's answer to the contract of its kind: a title is one line of at most eight words, a summary one short paragraph or at most four bullets.
 * It cuts and joins lines; it never invents a word. Applied twice, it changes nothing more.
 */
public final class AnswerShape {
    /** Most words of a title. */
    public static final int TITLE_WORDS_MAX = 8;

    /** Longest title, in characters; for one word without an end. */
    public static final int TITLE_CHARS_MAX = 120;

    /** Most bullets of a summary. */
    public static final int SUMMARY_BULLETS_MAX = 4;

    /** Most sentences of a summary's paragraph. */
    public static final int SUMMARY_SENTENCES_MAX = 4;

    /** Longest summary, in words. */
    public static final int SUMMARY_WORDS_MAX = 160;

    /** Longest summary, in characters. */
    public static final int SUMMARY_CHARS_MAX = 1_200;

    /** What is looked at of a line when a title is taken from it, in characters. */
    private static final int LINE_CHARS_MAX = 500;

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern LABEL = Pattern.compile(
            "^(?:(?:suggested |short )?title|subject(?: line)?|headline|heading|summary|key points?|in summary|titel|betreff|zusammenfassung|titre|objet"
                    + "|résumé|título|asunto|resumen|titolo|oggetto|riassunto|タイトル|件名|要約|标题|摘要|总结)\\s*(?:[:：]|[-–—] )\\s*",
            FLAGS);

    /** "Here is a summary of the text:", "Sure! Here's the title:", with nothing of the answer in it. */
    private static final Pattern PREAMBLE = Pattern.compile(
            "^(?:(?:sure|certainly|of course|okay|ok)[,.!]*\\s*)?(?:here(?:'s|’s| is| are)|below is|this is|hier ist|voici|aquí (?:está|tienes)|ecco)"
                    + "\\b[^:：.\\n]{0,80}[:：]\\s*|^(?:sure|certainly|of course)[,.!]+\\s*",
            FLAGS);

    private static final Pattern MARKUP =
            Pattern.compile("^(?:#{1,6}\\s+|>\\s+|[-*+•]\\s+|\\d{1,2}[.)]\\s+)|[*_`]{2,}|^`|`$");
    private static final Pattern BULLET = Pattern.compile("^\\s*(?:[-*+•‣–]|\\d{1,2}[.)])\\s+(?=\\S)");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}\\u200B\\uFEFF]+");

    /** Sentences that small models say of the text's style instead of its matter. */
    private static final Pattern ABOUT_STYLE = Pattern.compile(
            "^(?:the|this|original|the original) (?:text|summary|message|sentence) is (?:\\w+ )?(?:structured|concise|well|clear|divided|easy|written)\\b.*",
            FLAGS);

    private static final String QUOTES = "\"'“”„‟‘’«»‹›「」『』`*_";
    private static final String TITLE_TAIL = ".。｡．,，、;；:：-–—…·|";

    /** Words that no title ends with, once it had to be cut. */
    private static final Set<String> DANGLING = Set.of(
            "a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or", "but", "with", "by", "from", "is",
            "are", "was", "has", "as", "that", "because", "since", "its", "der", "die", "das", "den", "dem", "ein",
            "eine", "und", "oder", "im", "am", "auf", "für", "mit", "von", "zu", "le", "la", "les", "un", "une", "de",
            "du", "des", "et", "ou", "à", "au", "en", "el", "los", "las", "una", "y", "o", "del", "al", "con", "por",
            "para", "que", "il", "e", "di", "da", "per");

    private AnswerShape() {}

    /** One line, at most {@link #TITLE_WORDS_MAX} words; no label, no quotes around it, no full stop. Empty only where the answer has no text. */
    public static String title(String answer) {
        String greeting = "";
        for (String line : answer.split("\\R", -1)) {
            String title = bareTitle(line);
            if (title.codePoints().anyMatch(Character::isLetterOrDigit)) {
                if (!SmallTalk.is(title)) {
                    return cutTitle(title);
                }
                greeting = greeting.isEmpty() ? title : greeting;
            }
        }
        return cutTitle(greeting.isEmpty() ? bareTitle(answer) : greeting);
    }

    /** One paragraph of at most {@link #SUMMARY_SENTENCES_MAX} sentences, or at most {@link #SUMMARY_BULLETS_MAX} lines that begin with a hyphen. */
    public static String summary(String answer) {
        String body = withoutLead(answer.strip());
        List<String> bullets = bullets(body);
        return bullets.size() >= 2 ? limit(String.join("\n", bullets)) : limit(paragraph(body));
    }

    private static String bareTitle(String line) {
        String title = Words.firstChars(oneLine(line), LINE_CHARS_MAX);
        for (String before = ""; !before.equals(title); ) {
            before = title;
            title = withoutLead(MARKUP.matcher(title).replaceAll("").strip());
            title = withoutQuotes(title);
            title = withoutTail(title);
        }
        return title;
    }

    private static String cutTitle(String title) {
        String cut = title;
        if (Words.count(title) > TITLE_WORDS_MAX) {
            cut = Words.first(title, TITLE_WORDS_MAX);
            for (int space = cut.lastIndexOf(' ');
                    space > 0 && dangling(cut.substring(space + 1));
                    space = cut.lastIndexOf(' ')) {
                cut = withoutTail(cut.substring(0, space));
            }
        }
        cut = Words.firstChars(cut, TITLE_CHARS_MAX);
        return cut.equals(title) ? title : bareTitle(cut);
    }

    private static boolean dangling(String word) {
        return DANGLING.contains(word.toLowerCase(Locale.ROOT));
    }

    private static String withoutLead(String text) {
        String rest = text;
        for (String before = ""; !before.equals(rest); ) {
            before = rest;
            rest = strip(PREAMBLE, rest);
            rest = strip(LABEL, rest);
        }
        return rest;
    }

    private static String strip(Pattern lead, String text) {
        Matcher matcher =
                lead.matcher(text.startsWith("**") ? text.replaceFirst("^\\*\\*([^*\\n]{1,40})\\*\\*", "$1") : text);
        return matcher.lookingAt() ? matcher.replaceFirst("").strip() : text;
    }

    /** Takes away quotes at both ends, or one that was never closed. */
    private static String withoutQuotes(String title) {
        if (title.isEmpty()) {
            return title;
        }
        boolean opens = QUOTES.indexOf(title.charAt(0)) >= 0;
        boolean closes = QUOTES.indexOf(title.charAt(title.length() - 1)) >= 0;
        boolean inside = title.length() > 2
                && title.substring(1, title.length() - 1).chars().anyMatch(c -> QUOTES.indexOf(c) >= 0);
        int from = opens && (closes || !inside) ? 1 : 0;
        int to = closes && (opens || !inside) && title.length() > from ? title.length() - 1 : title.length();
        return title.substring(from, to).strip();
    }

    private static String withoutTail(String title) {
        int end = title.length();
        while (end > 0
                && (TITLE_TAIL.indexOf(title.charAt(end - 1)) >= 0 || Character.isWhitespace(title.charAt(end - 1)))) {
            end--;
        }
        return title.substring(0, end);
    }

    private static List<String> bullets(String body) {
        List<String> bullets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : body.split("\\R", -1)) {
            Matcher bullet = BULLET.matcher(line);
            if (bullet.find() && bullets.size() < SUMMARY_BULLETS_MAX) {
                String text = oneLine(line.substring(bullet.end()));
                if (seen.add(text.toLowerCase(Locale.ROOT))) {
                    bullets.add("- " + text);
                }
            }
        }
        return bullets;
    }

    private static String paragraph(String body) {
        List<String> kept = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<Sentence> sentences = Sentences.of(body);
        for (Sentence sentence : sentences) {
            boolean whole = Sentences.endsSentence(sentence.text()) || kept.isEmpty();
            boolean matter =
                    !sentence.heading() && !ABOUT_STYLE.matcher(sentence.text()).matches();
            boolean room = kept.size() < SUMMARY_SENTENCES_MAX;
            if (whole && matter && room && seen.add(sentence.text().toLowerCase(Locale.ROOT))) {
                kept.add(sentence.text());
            }
        }
        return kept.isEmpty() ? oneLine(body) : String.join(" ", kept);
    }

    private static String limit(String summary) {
        String cut = summary;
        if (Words.count(cut) > SUMMARY_WORDS_MAX && !cut.contains("\n")) {
            cut = Words.first(cut, SUMMARY_WORDS_MAX);
        }
        return Words.firstChars(cut, SUMMARY_CHARS_MAX);
    }

    private static String oneLine(String text) {
        return BLANKS.matcher(text).replaceAll(" ").strip();
    }
}
