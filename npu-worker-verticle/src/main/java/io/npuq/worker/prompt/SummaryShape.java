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

/** A summary out of an answer: its bullets, or its first sentences that say something, each once. */
final class SummaryShape {
    private static final Pattern BULLET = Pattern.compile("^\\s*(?:[-*+•‣–]|\\d{1,2}[.)])\\s+(?=\\S)");
    private static final Pattern FENCE = Pattern.compile("(?m)^\\s*```.*$");

    /** "Note:", "**Summary:**": a label with nothing behind it. */
    private static final Pattern EMPTY_LABEL = Pattern.compile("^[*_]*[\\p{L}\\p{N} ]{1,40}[:：][*_]*$");

    /** Sentences that small models say of the text's style instead of its matter. */
    private static final Pattern ABOUT_STYLE = Pattern.compile(
            "^(?:the|this|original|the original) (?:text|summary|message|sentence) is (?:\\w+ )?(?:structured|concise|well|clear|divided|easy|written)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private SummaryShape() {}

    static String of(String answer) {
        String body = AnswerLead.without(FENCE.matcher(answer).replaceAll("").strip());
        List<String> bullets = bullets(body);
        return bullets.size() >= 2 ? String.join("\n", bullets) : paragraph(body);
    }

    private static List<String> bullets(String body) {
        List<String> bullets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : body.split("\\R", -1)) {
            Matcher bullet = BULLET.matcher(line);
            if (bullet.find() && bullets.size() < AnswerShape.SUMMARY_BULLETS_MAX) {
                String text = Words.firstChars(
                        AnswerLead.oneLine(line.substring(bullet.end())), AnswerShape.BULLET_CHARS_MAX);
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
        for (Sentence sentence : Sentences.of(body)) {
            String text = sentence.text();
            // Only the bound cuts an answer off in a sentence: what is not whole is worth less than none, but for the
            // first.
            boolean whole = kept.isEmpty() || Sentences.endsSentence(text);
            boolean room = kept.size() < AnswerShape.SUMMARY_SENTENCES_MAX;
            if (whole && room && saysSomething(sentence) && seen.add(text.toLowerCase(Locale.ROOT))) {
                kept.add(text);
            }
        }
        String paragraph = kept.isEmpty() ? AnswerLead.oneLine(body) : Sentences.join(kept);
        return Words.firstChars(Words.first(paragraph, AnswerShape.SUMMARY_WORDS_MAX), AnswerShape.SUMMARY_CHARS_MAX);
    }

    private static boolean saysSomething(Sentence sentence) {
        String text = sentence.text();
        return !sentence.heading()
                && !SmallTalk.isGreeting(text)
                && !EMPTY_LABEL.matcher(text).matches()
                && !ABOUT_STYLE.matcher(text).matches();
    }
}
