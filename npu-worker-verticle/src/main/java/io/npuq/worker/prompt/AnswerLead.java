package io.npuq.worker.prompt;

import io.npuq.worker.text.Words;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What models write before an answer, and how an answer becomes one line. */
final class AnswerLead {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern LABEL = Pattern.compile(
            "^(?:(?:suggested |short )?title|subject(?: line)?|headline|heading|summary|key points?|in summary|titel|betreff|zusammenfassung|titre|objet"
                    + "|résumé|título|asunto|resumen|titolo|oggetto|riassunto|タイトル|件名|要約|标题|摘要|总结)\\s*(?:[:：]|[-–—] )\\s*",
            FLAGS);

    /** "Here is a summary of the text:", "Sure! Here's the title:", with nothing of the answer in it. */
    private static final Pattern PREAMBLE = Pattern.compile(
            "^(?:(?:sure|certainly|of course|okay|ok)[,.!]*\\s*)?(?:here(?:'s|’s| is| are)|below is|this is|hier ist|voici|aquí (?:está|tienes)|ecco)"
                    + "\\b[^:：.\\n]{0,120}[:：]\\s*|^(?:sure|certainly|of course)[,.!]+\\s*",
            FLAGS);

    private static final Pattern BOLD = Pattern.compile("^\\*\\*([^*\\n]{1,40})\\*\\*");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}\\u200B\\uFEFF]+");

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    private AnswerLead() {}

    /** The text without the labels and preambles it begins with. */
    static String without(String text) {
        String rest = text;
        for (String before = ""; !before.equals(rest); ) {
            before = rest;
            rest = strip(PREAMBLE, rest);
            rest = strip(LABEL, rest);
        }
        return rest;
    }

    private static String strip(Pattern lead, String text) {
        Matcher matcher = lead.matcher(BOLD.matcher(text).replaceFirst("$1"));
        return matcher.lookingAt() ? matcher.replaceFirst("").strip() : text;
    }

    /** All on one line, every blank a single space. */
    static String oneLine(String text) {
        return BLANKS.matcher(text).replaceAll(" ").strip();
    }

    /** The beginning of an answer that is nothing but a lead: better than none. Words only, so that it can be shaped again. */
    static String lead(String answer, int words) {
        return Words.first(NO_WORD.matcher(answer).replaceAll(" "), words);
    }
}
