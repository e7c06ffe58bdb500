package io.npuq.worker.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.text.Words;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerShapeTest {
    static Stream<Arguments> titles() {
        return Stream.of(
                Arguments.of("Mail server is slow", "Mail server is slow"),
                Arguments.of("Title: \"Mail server is slow.\"", "Mail server is slow"),
                Arguments.of("**Title:** Mail server is slow\n\nThis title says it.", "Mail server is slow"),
                Arguments.of("Here is a title for the text:\n\n“Mail server is slow”", "Mail server is slow"),
                Arguments.of("Sure! Here's a title: Mail server is slow", "Mail server is slow"),
                Arguments.of("\n\n# Mail server is slow #\n", "Mail server is slow #"),
                Arguments.of("- Mail server is slow", "Mail server is slow"),
                Arguments.of("Hi team,\n\nThe mail server is slow", "The mail server is slow"),
                Arguments.of("Hi team,", "Hi team"),
                Arguments.of("Here's a title:", "Here s a title"),
                Arguments.of(
                        "The city council voted on Tuesday to close Main Street to cars",
                        "The city council voted on Tuesday to close"),
                Arguments.of("The mail server in Osaka is slow since the morning", "The mail server in Osaka is slow"),
                Arguments.of("Titel: Der Mailserver ist langsam.", "Der Mailserver ist langsam"),
                Arguments.of("件名：会議は明日です。", "会議は明日です"),
                Arguments.of("Why is it slow?", "Why is it slow?"),
                Arguments.of("The \"big\" one", "The \"big\" one"),
                Arguments.of("\"Unclosed", "Unclosed"),
                Arguments.of("Version 2.4.", "Version 2.4"),
                Arguments.of("```python\nimport tinycache", "import tinycache"),
                Arguments.of(
                        "Here's a revised version of your text with improved grammar, punctuation, and spelling:\n\nI moved to Lyon",
                        "I moved to Lyon"),
                Arguments.of("Title", "Title"),
                Arguments.of("", ""),
                Arguments.of("\"\"", ""),
                Arguments.of("会".repeat(200), "会".repeat(32)),
                Arguments.of("x".repeat(500), "x".repeat(120)));
    }

    @ParameterizedTest
    @MethodSource("titles")
    void titleIsOneBareLineOfAtMostEightWords(String answer, String expected) {
        assertEquals(expected, AnswerShape.title(answer));
    }

    static Stream<Arguments> summaries() {
        return Stream.of(
                Arguments.of("The server is slow. It was restarted.", "The server is slow. It was restarted."),
                Arguments.of("Summary: The server is slow.", "The server is slow."),
                Arguments.of("Here's a concise summary of the text:\n\nThe server is slow.", "The server is slow."),
                Arguments.of("The server\nis slow.\n\nIt was restarted.", "The server is slow. It was restarted."),
                Arguments.of("The server is slow. The server is slow. The server is slow.", "The server is slow."),
                Arguments.of("One. Two. Three. Four. Five. Six.", "One. Two. Three. Four."),
                Arguments.of("The server is slow. It was resta", "The server is slow."),
                Arguments.of("The server is slow since", "The server is slow since"),
                Arguments.of("The server is slow. The text is concise and clear.", "The server is slow."),
                Arguments.of("- one\n- two\n- three\n- four\n- five", "- one\n- two\n- three\n- four"),
                Arguments.of("Summary:\n\n1. one\n2. two", "- one\n- two"),
                Arguments.of("Points:\n* one\n* one\n* two", "- one\n- two"),
                Arguments.of("会議は明日です。資料は今日です。", "会議は明日です。資料は今日です。"),
                Arguments.of("Hi team,\n\nThe server is slow.", "The server is slow."),
                Arguments.of("```\nThe server is slow.\n```", "The server is slow."),
                Arguments.of("Summary:\n\nNotes:\n\nThe server is slow.\n\nNote:", "The server is slow."),
                Arguments.of("- " + "x".repeat(900) + "\n- y", "- " + "x".repeat(290) + "\n- y"),
                Arguments.of("", ""));
    }

    @ParameterizedTest
    @MethodSource("summaries")
    void summaryIsOneParagraphOrFewBullets(String answer, String expected) {
        assertEquals(expected, AnswerShape.summary(answer));
    }

    @Test
    void anyAnswerTakesItsShapeAndKeepsIt() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            String answer = RandomText.of(random, random.nextInt(400));
            String title = AnswerShape.title(answer);
            assertFalse(title.contains("\n"), answer);
            assertTrue(Words.count(title) <= AnswerShape.TITLE_WORDS_MAX, answer);
            assertFalse(title.endsWith("."), answer);
            assertFalse(title.toLowerCase(Locale.ROOT).startsWith("title:"), answer);
            assertEquals(title, AnswerShape.title(title), answer);
            assertSummary(AnswerShape.summary(answer), answer);
        }
    }

    private static void assertSummary(String summary, String answer) {
        if (summary.contains("\n")) {
            assertTrue(summary.lines().count() <= AnswerShape.SUMMARY_BULLETS_MAX, answer);
            assertTrue(summary.lines().allMatch(line -> line.startsWith("- ")), answer);
        }
        assertTrue(summary.codePointCount(0, summary.length()) <= AnswerShape.SUMMARY_CHARS_MAX, answer);
    }
}
