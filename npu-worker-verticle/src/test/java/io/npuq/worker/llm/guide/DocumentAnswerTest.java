package io.npuq.worker.llm.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Json;
import io.npuq.schema.shape.JsonShapes;
import io.npuq.worker.llm.grammar.Grammar;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentAnswerTest {
    private static final int PLENTY = 500;
    private static final String NAMED =
            "{'properties':{'name':{'type':'string'},'size':{'type':'integer'}}," + "'required':['name','size']}";

    @Test
    void onlyWhatIsOpenIsAskedOfTheModel() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, " 4", "mail").wishing("mail", "\"", " 4", "2", "}");
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"mail\", \"size\": 42}", voice.text());
        assertEquals(voice.text(), voice.fed());
        assertEquals(5, voice.picks());
    }

    @Test
    void aTokenMaySpanTheQuoteAndWhatFollows() throws IOException {
        ScriptedVoice voice =
                new ScriptedVoice(PLENTY, "l\", \"si", " 4", "2}").wishing("mai", "mai", "l\", \"si", " 4", "2}");
        voice.know("mai".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"maimail\", \"size\": 42}", voice.text());
        assertEquals(voice.text(), voice.fed());
    }

    @Test
    void aTokenThatSpansIntoWhatIsNotAllowedIsPassedOver() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "a\", \"sizes", "a\"}", "a\", \"size\": \"", "\n", "\\q", "1.5")
                .wishing(
                        "a\", \"sizes",
                        "a\"}",
                        "a\", \"size\": \"",
                        "\n",
                        "\\q",
                        ScriptedVoice.END,
                        "b",
                        "\"",
                        " ",
                        "1.5",
                        "1",
                        "}");
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"b\", \"size\": 1}", voice.text());
    }

    @Test
    void blanksBehindTheDocumentAreNotSentAndNothingElseMayStandThere() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "1}x", "1}\n\n").wishing("\"", "1}x", "1}\n\n");
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"\", \"size\": 1}", voice.text());
    }

    @Test
    void forcedTextIsTokenizedTogetherWithTheTokenBefore() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "\",", " \"", "size", "\":").wishing("x", "\"", " ", "7", "}");
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"x\", \"size\": 7}", voice.text());
        assertEquals(
                List.of("{", "\"", "n", "a", "m", "e", "\":", " \"", "x", "\",", " \"", "size", "\":", " ", "7", "}"),
                voice.fedTokens());
    }

    @Test
    void theLastForcedTokenMayMergeWithWhatComesNext() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "\": tr", "\":", ": t", "[\"a").wishing("\": tr", "[\"a", "\"");
        assertTrue(run("{'properties':{'x':{'type':['boolean','null']}},'required':['x']}", voice));
        assertEquals("{\"x\": true}", voice.text());
        assertEquals(voice.text(), voice.fed());
        ScriptedVoice array = new ScriptedVoice(PLENTY, "[\"a").wishing("[\"a", "\"", "]");
        assertTrue(run("{'items':{'type':'string'}}", array));
        assertEquals(List.of("[\"a", "\"", "]"), array.fedTokens());
    }

    @Test
    void whatTheTokenizerCannotSpellIsPickedTokenByToken() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "\"na", "me\": \"", "mail\", ", "size\"")
                .addingABlank()
                .wishing("{", "\"na", "me\": \"", "mail\", ", "\"", "size\"", ":", " ", "1", "}");
        assertTrue(run(NAMED, voice));
        assertEquals("{\"name\": \"mail\", \"size\": 1}", voice.text());
        assertEquals(voice.text(), voice.fed());
    }

    @Test
    void charactersInPiecesComeOutWhole() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY);
        voice.know(new byte[] {(byte) 0xC3});
        voice.know(new byte[] {(byte) 0xA9, '"'});
        voice.know(new byte[] {(byte) 0xA9, (byte) 0xA9});
        assertTrue(run("{'type':'string'}", voice.wishingIds(0x7F - ' ', 0x7F - ' ' + 2, 0x7F - ' ' + 1)));
        assertEquals("\"é\"", voice.text());
    }

    @Test
    void aNumberAtTheEndEndsWithTheTurn() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing(ScriptedVoice.END, "4", "2", ScriptedVoice.END, "3");
        assertTrue(run("{'type':'integer'}", voice));
        assertEquals("42", voice.text());
    }

    @Test
    void atEveryBoundItIsEitherWholeOrCutAndTheTextIsWhatWasFed() throws IOException {
        boolean whole = false;
        for (int bound = 1; bound < 40; bound++) {
            ScriptedVoice voice = new ScriptedVoice(bound, "\": ").wishing("a", "b", "\"", "\": ", "1", "2", "}");
            whole = run(NAMED, voice);
            assertTrue(voice.tokenCount() <= bound);
            assertEquals(voice.text(), voice.fed());
            assertTrue("{\"name\": \"ab\", \"size\": 12}".startsWith(voice.text()));
            assertEquals(whole, voice.text().endsWith("}"));
        }
        assertTrue(whole);
    }

    @Test
    void aCancelEndsIt() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("a", ScriptedVoice.CANCEL, "b");
        assertFalse(run(NAMED, voice));
        assertEquals("{\"name\": \"a", voice.text());
    }

    @Test
    void aLongRunWithoutAlternativesIsCutByTheBound() throws IOException {
        ScriptedVoice voice = new ScriptedVoice(100);
        assertFalse(run("{'items':{'const':1},'minItems':1000000}", voice));
        assertEquals(100, voice.tokenCount());
        ScriptedVoice patient = new ScriptedVoice(5_000);
        assertTrue(run("{'const':'" + "x".repeat(3_000) + "'}", patient));
        assertEquals("\"" + "x".repeat(3_000) + "\"", patient.text());
    }

    private static boolean run(String schema, ScriptedVoice voice) throws IOException {
        var shape = JsonShapes.of("schema", Json.MAPPER.readTree(schema.replace('\'', '"')));
        return new DocumentAnswer(Grammar.of(shape), voice).run();
    }
}
