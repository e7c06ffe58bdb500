package io.npuq.worker.llm.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Json;
import io.npuq.worker.llm.guide.JsonString.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStringTest {
    private final JsonString string = new JsonString();

    @ParameterizedTest
    @ValueSource(strings = {"plain", " leading", "grün", "日本", "😀", "a\\\"b", "\\\\", "\\n\\t"})
    void textGoesOn(String text) {
        assertEquals(Verdict.GOES_ON, string.look(utf8(text)));
        assertEquals(text, add(utf8(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "a\nb", "\t", "\0", "\\x", "\\u0041", "\\ ", ""})
    void controlCharactersAndOtherEscapesBreakIt(String text) {
        assertEquals(Verdict.BREAKS, string.look(utf8(text)));
    }

    @Test
    void aQuoteEndsItAlsoInsideAToken() {
        assertEquals(Verdict.ENDS, string.look(utf8(".\", \"next")));
        assertEquals(1, string.untilEnd(utf8(".\", \"next")));
    }

    @Test
    void anEscapedQuoteDoesNotEndItAlsoWhenTheBackslashCameBefore() {
        assertEquals("a", add(utf8("a\\")));
        assertEquals(Verdict.GOES_ON, string.look(utf8("\"b")));
        assertEquals("\\\"b", add(utf8("\"b")));
        assertEquals(Verdict.ENDS, string.look(utf8("\\\\\"")));
        assertEquals(2, string.untilEnd(utf8("\\\\\"")));
    }

    @Test
    void charactersInPiecesComeOutWhole() {
        byte[] emoji = utf8("😀");
        assertEquals("", add(new byte[] {emoji[0], emoji[1]}));
        assertEquals(Verdict.BREAKS, string.look(utf8("a")));
        assertEquals(Verdict.BREAKS, string.look(utf8("\"")));
        assertEquals("", add(new byte[] {emoji[2]}));
        assertEquals("😀a", add(new byte[] {emoji[3], 'a'}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0 80", "80", "E0 80 80", "ED A0 80", "F0 80 80 80", "F4 90 80 80", "F5", "FF", "C3 28"})
    void brokenUtf8BreaksIt(String hex) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        assertEquals(Verdict.BREAKS, string.look(bytes));
    }

    @Test
    void whateverItTookParses() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 500; round++) {
            JsonString grown = new JsonString();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                byte[] bytes = new byte[1 + random.nextInt(3)];
                random.nextBytes(bytes);
                if (grown.look(bytes) == Verdict.GOES_ON) {
                    text.append(grown.add(bytes, bytes.length));
                }
            }
            String parsed = Json.MAPPER.readTree('"' + text.toString() + '"').textValue();
            assertTrue(parsed.indexOf('\uFFFD') < 0);
            assertEquals(parsed, new String(utf8(parsed), StandardCharsets.UTF_8));
        }
    }

    private String add(byte[] bytes) {
        return string.add(bytes, bytes.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
