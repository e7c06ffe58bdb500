package io.npuq.worker.llm.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuidedAnswerTest {
    private static final int PLENTY = 500;
    private static final Guide NOTIFICATION =
            Guide.of(JobKind.NOTIFICATION, new JobInput.Text("x")).orElseThrow();
    private static final Guide MEMORY = Guide.of(
                    JobKind.MEMORY_CANDIDATE, new JobInput.Text("It is one. Now two. The \"end\"."))
            .orElseThrow();

    @Test
    void onlyValuesAreAskedOfTheModel() {
        ScriptedVoice voice =
                new ScriptedVoice(PLENTY, "mail", "down", " true").wishing("w", "mail", "\"", "down", "\"", " true");
        assertTrue(run(NOTIFICATION, voice));
        assertEquals(
                "{\"severity\": \"warning\", \"category\": \"mail\", \"summary\": \"down\", \"action_needed\": true}",
                voice.text());
        assertEquals(6, voice.picks());
        assertEquals(voice.text(), voice.fed());
    }

    @Test
    void aTokenThatSpansTheEndOfAStringEndsIt() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "mail", ".\", \"x", "down")
                .wishing("i", "mail", ".\", \"x", "down", "\"", "f");
        assertTrue(run(NOTIFICATION, voice));
        assertEquals(
                "{\"severity\": \"info\", \"category\": \"mail.\", \"summary\": \"down\", \"action_needed\": false}",
                voice.text());
        assertEquals(voice.text(), voice.fed());
    }

    @Test
    void whatWouldBreakTheJsonIsPassedOver() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "a\nb", "\n", "\\u", "mail")
                .wishing("c", "\"", "a\nb", "mail", "\n", "\\u", "\\", "x", "n", "\"", "x", ScriptedVoice.END, "t");
        assertTrue(run(NOTIFICATION, voice));
        assertEquals(
                "{\"severity\": \"critical\", \"category\": \"mail\\n\", \"summary\": \"x\", \"action_needed\": true}",
                voice.text());
    }

    @Test
    void stringsAreClosedAtTheirBound() {
        Guide guide = new Guide(List.of(new Part.Text(3, false)));
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("a", "b", "c", "d");
        assertTrue(run(guide, voice));
        assertEquals("\"abc\"", voice.text());
    }

    @Test
    void aBackslashThatTheBoundLeavesOpenIsDropped() {
        Guide guide = new Guide(List.of(new Part.Text(3, false)));
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("a", "b", "\\");
        assertTrue(run(guide, voice));
        assertEquals("\"ab\"", voice.text());
    }

    @Test
    void arraysHoldTheSentencesThatTheModelPicksEachOnce() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("\"", "N", ",", "N", "I", "]", "\"");
        assertTrue(run(MEMORY, voice));
        assertEquals("{\"candidates\": [\"Now two.\", \"It is one.\"], \"notes\": \"\"}", voice.text());
        assertEquals(voice.text(), voice.fed());
    }

    @Test
    void aPickedSentenceIsEscaped() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("\"", "T", "]", "\"");
        assertTrue(run(MEMORY, voice));
        assertEquals("{\"candidates\": [\"The \\\"end\\\".\"], \"notes\": \"\"}", voice.text());
    }

    @Test
    void aTextEndsWithItsFirstSentenceAndDoesNotGoRoundInCircles() {
        Guide guide = new Guide(List.of(new Part.Text(40, false)));
        ScriptedVoice words = new ScriptedVoice(PLENTY, "One.", " Two", "round and ");
        assertTrue(run(guide, words.wishing("One.", " Two", "x")));
        assertEquals("\"One.\"", words.text());
        ScriptedVoice loop = new ScriptedVoice(PLENTY, "round and ");
        assertTrue(run(guide, loop.wishing("round and ", "round and ", "round and ", "round and ")));
        assertEquals("\"round and round and \"", loop.text());
    }

    @Test
    void aCategoryIsNoSeverity() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "info").wishing("i", "info", "disk", "\"", "s", "\"", "t");
        voice.know("disk".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertTrue(run(NOTIFICATION, voice));
        assertTrue(voice.text().contains("\"category\": \"disk\""), voice.text());
    }

    @Test
    void anArrayMayBeEmpty() {
        ScriptedVoice voice = new ScriptedVoice(PLENTY, "[]").wishing("[]", "n", "\"");
        assertTrue(run(MEMORY, voice));
        assertEquals("{\"candidates\": [], \"notes\": \"n\"}", voice.text());
    }

    @Test
    void arraysAreClosedAtTheirBound() {
        Guide guide = new Guide(List.of(new Part.Picks(List.of("\"a\"", "\"b\"", "\"c\""), 2)));
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing("\"", "a", ",", "b");
        assertTrue(run(guide, voice));
        assertEquals("[\"a\", \"b\"]", voice.text());
    }

    @Test
    void aModelThatNeverClosesAnythingStillEndsWithinTheTokenBound() {
        for (int bound = 110; bound < 240; bound++) {
            ScriptedVoice voice = new ScriptedVoice(bound);
            assertTrue(run(MEMORY, voice), voice::text);
            assertTrue(voice.tokenCount() <= bound);
        }
    }

    @Test
    void aBoundThatIsTooSmallCutsItAndWhatWasFedIsTheText() {
        ScriptedVoice voice = new ScriptedVoice(10);
        assertFalse(run(NOTIFICATION, voice));
        assertEquals("{\"severity", voice.text());
        assertEquals(10, voice.tokenCount());
    }

    @Test
    void optionsThatBeginAlikeAreToldApartByWhatFollows() {
        Guide guide = new Guide(
                List.of(new Part.Fixed("["), new Part.Choice(List.of("1", "12", "123")), new Part.Fixed("]")));
        assertEquals("[1]", textOf(guide, "]"));
        assertEquals("[12]", textOf(guide, "2", "]"));
        assertEquals("[123]", textOf(guide, "2", "3"));
    }

    @Test
    void atTheVeryEndTheShorterOptionIsAnEndedTurn() {
        Guide guide = new Guide(List.of(new Part.Choice(List.of("1", "12"))));
        assertEquals("1", textOf(guide, ScriptedVoice.END));
        assertEquals("12", textOf(guide, "2"));
    }

    @Test
    void choicesBehindEachOtherAreTokenizedAsTheyStand() {
        Guide guide = new Guide(List.of(
                new Part.Fixed("["),
                Part.Choice.ofBoolean(),
                new Part.Fixed(", "),
                Part.Choice.ofBoolean(),
                new Part.Fixed("]")));
        ScriptedVoice voice = new ScriptedVoice(PLENTY, " true", " false", "e, t").wishing("t", "e, t");
        assertTrue(run(guide, voice));
        assertEquals("[true, true]", voice.text());
        assertEquals(voice.text(), voice.fed());
    }

    private static String textOf(Guide guide, String... wishes) {
        ScriptedVoice voice = new ScriptedVoice(PLENTY).wishing(wishes);
        assertTrue(run(guide, voice));
        return voice.text();
    }

    private static boolean run(Guide guide, ScriptedVoice voice) {
        return new GuidedAnswer(guide, voice).run();
    }
}
