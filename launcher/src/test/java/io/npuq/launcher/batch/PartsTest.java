package io.npuq.launcher.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartsTest {
    private static final String SENTENCE = "The mail server in Osaka is slow since noon, and Maria has to restart it. ";

    @Test
    void shortTextIsOnePart() {
        assertEquals(List.of(new Part(0, 5, "short")), Parts.of("short", 0, 5));
    }

    @Test
    void partsEndWithSentencesAndAreOfAboutTheSameLength() {
        List<Part> parts = Parts.of(SENTENCE.repeat(100), 0, 6_000);
        assertEquals(2, parts.size());
        for (Part part : parts) {
            assertTrue(part.text().strip().endsWith("restart it."), part.text());
            assertTrue(part.chars() > 3_000, () -> "a part of " + part.chars());
        }
    }

    @Test
    void cutsInTheSentencesOfOtherScripts() {
        String chinese = "服务器从中午开始变慢。玛丽亚必须重新启动它。";
        List<Part> parts = Parts.of(chinese.repeat(50), 0, 300);
        parts.forEach(part -> assertTrue(part.text().endsWith("。"), part.text()));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100, 1_000})
    void partsTogetherAreTheTextAndSayWhereTheyAre(int charsMax) {
        String text = randomText();
        List<Part> parts = Parts.of(text, 17, charsMax);
        assertEquals(text, parts.stream().map(Part::text).collect(Collectors.joining()));
        int at = 17;
        for (Part part : parts) {
            assertEquals(at, part.at());
            assertEquals(part.chars(), part.text().codePointCount(0, part.text().length()));
            assertTrue(part.chars() <= charsMax, () -> "a part of " + part.chars());
            at += part.chars();
        }
        assertEquals(parts, Parts.of(text, 17, charsMax), "the same text is cut in the same way");
    }

    @Test
    void textWithoutAnySentenceOrBlankIsCutAllTheSameAndNeverInTheMiddleOfACharacter() {
        List<Part> parts = Parts.of("😀".repeat(1_000), 0, 300);
        assertEquals(1_000, parts.stream().mapToInt(Part::chars).sum());
        parts.forEach(part -> assertEquals(2 * part.chars(), part.text().length()));
    }

    @Test
    void blankPartsAreLeftOut() {
        List<Part> parts = Parts.of("a" + " ".repeat(20_000) + "b", 0, 6_000);
        assertEquals(2, parts.size());
        assertEquals(20_002, parts.get(1).at() + parts.get(1).chars());
    }

    /** Words, blanks, line breaks, full stops and characters beyond the first plane, with nothing regular about them. */
    private static String randomText() {
        Random dice = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append(List.of("word", "é", "😀", " ", " ", ". ", "\n", "\n\n", "! ", ", ", "x".repeat(30))
                    .get(dice.nextInt(11)));
        }
        return text + "end";
    }
}
