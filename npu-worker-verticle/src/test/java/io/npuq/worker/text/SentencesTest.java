package io.npuq.worker.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SentencesTest {
    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("One. Two! Three? Four", List.of("One.", "Two!", "Three?", "Four")),
                Arguments.of(
                        "Dr. Keller pays 3.50 at 10 a.m. on Nov. 3.",
                        List.of("Dr. Keller pays 3.50 at 10 a.m. on Nov. 3.")),
                Arguments.of("It ends at 10 p.m. Then we go.", List.of("It ends at 10 p.m.", "Then we go.")),
                Arguments.of("J. R. Smith came, e.g. by bus.", List.of("J. R. Smith came, e.g. by bus.")),
                Arguments.of("Am 3. Dezember z.B. geht es.", List.of("Am 3. Dezember z.B. geht es.")),
                Arguments.of("I said no. We left room no. 5.", List.of("I said no.", "We left room no. 5.")),
                Arguments.of("See api.example.org v2.4.1. Done.", List.of("See api.example.org v2.4.1.", "Done.")),
                Arguments.of("\"Stop!\" he said. \"Go.\" Yes.", List.of("\"Stop!\" he said.", "\"Go.\"", "Yes.")),
                Arguments.of("会議は明日です。資料は？はい！", List.of("会議は明日です。", "資料は？", "はい！")),
                Arguments.of("यह एक है। यह दो है।", List.of("यह एक है।", "यह दो है।")),
                Arguments.of("كيف الحال؟ بخير.", List.of("كيف الحال؟", "بخير.")),
                Arguments.of("Wait... what?! Yes", List.of("Wait... what?!", "Yes")),
                Arguments.of("- one\n* two\n3) three", List.of("one", "two", "three")),
                Arguments.of("anna: hi\nben: yes", List.of("anna: hi", "ben: yes")),
                Arguments.of(
                        "This long line was broken by the width of a mail\nprogram, as they do.",
                        List.of("This long line was broken by the width of a mail program, as they do.")),
                Arguments.of(
                        "Nov 21 03:12:44 db01 kernel: I/O error on the disk\nNov 21 03:12:45 db01 postgres: gone",
                        List.of(
                                "Nov 21 03:12:44 db01 kernel: I/O error on the disk",
                                "Nov 21 03:12:45 db01 postgres: gone")),
                Arguments.of("...\n!!!\n---\n😀", List.of()),
                Arguments.of("", List.of()));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void splitsAtTheEndsOfSentencesOnly(String text, List<String> expected) {
        assertEquals(expected, Sentences.of(text).stream().map(Sentence::text).toList());
    }

    @Test
    void tellsBulletsAndHeadings() {
        assertEquals(
                List.of(
                        new Sentence("Plan", false, true),
                        new Sentence("one", true, false),
                        new Sentence("Text.", false, false)),
                Sentences.of("# Plan\n- one\n\nText."));
    }

    @Test
    void wordsOfScriptsWithoutBlanksCountByCharacters() {
        assertEquals(3, Words.count("one two  three"));
        assertEquals(3, Words.count("会議は明日です明日"));
        assertEquals("会議は明", Words.first("会議は明日です", 1));
        assertEquals("one two", Words.first(" one two three", 2));
        assertEquals("", Words.first("one", 0));
        assertEquals(List.of("会議", "mail", "3"), Words.terms("会議 Mail 3"));
    }
}
