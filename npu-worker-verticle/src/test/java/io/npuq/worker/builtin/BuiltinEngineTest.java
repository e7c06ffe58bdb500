package io.npuq.worker.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import io.npuq.schema.Limits;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.prompt.AnswerShape;
import io.npuq.worker.prompt.RandomText;
import io.npuq.worker.text.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltinEngineTest {
    private static final String MAIL =
            "Hi team,\n\nthe mail server in Osaka has been slow since noon. Deliveries take up to 40 minutes."
                    + " Kenji restarted the mail server, which helped for a while. Please avoid large attachments until Friday.\n\nThanks,\nMarta";

    /** Far above the few milliseconds of an idle machine, far below anything quadratic in 6,000 characters of regular expressions. */
    private static final Duration WORST = Duration.ofSeconds(5);

    /** A clock that goes on by a millisecond each time it is read. */
    private final AtomicLong nanos = new AtomicLong();

    private final BuiltinEngine engine = new BuiltinEngine(() -> nanos.addAndGet(1_000_000));

    @BeforeEach
    void load() throws EngineException {
        EngineInfo info = engine.load();
        assertEquals("builtin-extractive", info.model());
        assertEquals("builtin", info.deviceActual());
        assertNull(info.modelDigest());
        assertNull(info.runtime());
        assertNull(info.driver());
    }

    @Test
    void titleIsTheBestClause() throws EngineException {
        assertEquals(
                "the mail server in Osaka has been slow",
                run(JobKind.TITLE, MAIL).text());
    }

    @Test
    void titleIsTheSubjectWhereThereIsOne() throws EngineException {
        assertEquals(
                "Disk almost full",
                run(JobKind.TITLE, "From: ops\nSubject: Re: Disk almost full\n\nIt is.")
                        .text());
    }

    @Test
    void summaryHasTheTextsOwnSentencesInTheirOrder() throws EngineException {
        String summary = run(JobKind.SUMMARY, MAIL).text();
        assertTrue(summary.startsWith("the mail server in Osaka has been slow since noon."), summary);
        assertFalse(summary.contains("Hi team"), summary);
    }

    @Test
    void summaryOfAListIsAtMostFourBullets() throws EngineException {
        String list =
                "- Anna moves the release\n- Ben writes the release notes\n- Cleo tests\n- Dan books the room\n- Eve buys cake";
        String summary = run(JobKind.SUMMARY, list).text();
        assertEquals(4, summary.lines().count());
        assertTrue(summary.lines().allMatch(line -> line.startsWith("- ") && list.contains(line)), summary);
    }

    @Test
    void notificationHasExactlyItsFourFields() throws EngineException {
        assertEquals(
                "{\"severity\":\"warning\",\"category\":\"mail\",\"summary\":\"the mail server in Osaka has been slow since noon.\","
                        + "\"action_needed\":true}",
                run(JobKind.NOTIFICATION, MAIL).text());
    }

    @Test
    void memoryCandidatesAreTheSentencesThatLast() throws EngineException {
        assertEquals(
                "{\"candidates\":[\"I moved to Lyon last month.\",\"We decided to renew in March.\"],"
                        + "\"notes\":\"found by rule: person, decision\"}",
                run(
                                JobKind.MEMORY_CANDIDATE,
                                "Hello! I moved to Lyon last month. The weather is fine. We decided to renew in March. Are you well?")
                        .text());
    }

    @Test
    void chatIsRefusedWithASentence() {
        JobInput chat = new JobInput.Chat(List.of(new ChatMessage("user", "hello")));
        for (ResponseFormat format : List.of(ResponseFormat.TEXT, new ResponseFormat.JsonObject())) {
            Generation generation = new Generation(JobKind.CHAT, chat, 10, Sampling.GREEDY, format);
            EngineException e = assertThrows(
                    EngineException.class, () -> engine.generate(generation, text -> {}, new CancelSignal()));
            assertEquals(EngineException.Kind.MODEL_UNAVAILABLE, e.kind());
            assertContains("needs a language model", e);
        }
    }

    @Test
    void cancelledJobSaysNothing() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        cancel.cancel();
        List<String> passed = new ArrayList<>();
        Generated generated =
                engine.generate(Generation.of(JobRequest.bounded(JobKind.SUMMARY, MAIL)), passed::add, cancel);
        assertEquals(FinishReason.CANCELLED, generated.finishReason());
        assertEquals(List.of(), passed);
        assertNull(generated.timeToFirstTokenMs());
    }

    @Test
    void timesComeFromTheTicker() throws EngineException {
        Generated generated = run(JobKind.TITLE, MAIL);
        assertEquals(1.0, generated.timeToFirstTokenMs());
        assertEquals(2.0, generated.generateMs());
    }

    @Test
    void textIsPassedOnAsItIsReturned() throws EngineException {
        StringBuilder passed = new StringBuilder();
        Generated generated = engine.generate(
                Generation.of(JobRequest.bounded(JobKind.NOTIFICATION, MAIL)), passed::append, new CancelSignal());
        assertEquals(generated.text(), passed.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"TITLE", "SUMMARY", "NOTIFICATION", "MEMORY_CANDIDATE"})
    void wordsStayWithinTheBound(JobKind kind) throws EngineException {
        for (int bound : new int[] {1, 2, 5, 12}) {
            Generated generated = engine.generate(
                    Generation.of(JobRequest.bounded(kind, MAIL).withMaxNewTokens(bound)),
                    text -> {},
                    new CancelSignal());
            assertTrue(generated.usage().completionTokens() <= bound, generated.text());
            assertShape(kind, generated);
        }
    }

    @Test
    void cutAnswerSaysSo() throws EngineException {
        Generated generated = engine.generate(
                Generation.of(JobRequest.bounded(JobKind.TITLE, MAIL).withMaxNewTokens(3)),
                text -> {},
                new CancelSignal());
        assertEquals("the mail server", generated.text());
        assertEquals(FinishReason.LENGTH, generated.finishReason());
    }

    @Test
    void unloadedOrClosedEngineRefusesWork() {
        Generation generation = Generation.of(JobRequest.bounded(JobKind.TITLE, MAIL));
        try (BuiltinEngine fresh = new BuiltinEngine(nanos::get)) {
            assertThrows(IllegalStateException.class, () -> fresh.generate(generation, text -> {}, new CancelSignal()));
        }
        engine.close();
        engine.close();
        assertThrows(IllegalStateException.class, () -> engine.generate(generation, text -> {}, new CancelSignal()));
        assertThrows(IllegalStateException.class, engine::load);
    }

    static Stream<String> worstCases() {
        return Stream.of(
                        "a. ",
                        "中。",
                        "x",
                        "😀",
                        "!?.",
                        "\n- a",
                        "a ",
                        "\"",
                        "(",
                        "1. ",
                        "the of and ",
                        "a@",
                        "Here is ",
                        "1-",
                        "* ",
                        "x:",
                        "\n",
                        "\u0000",
                        "word wörd ",
                        "Subject: ",
                        "Re: ",
                        "2026-11-21 ",
                        "e\u0301",
                        "é",
                        "no error ",
                        "** ",
                        "<|",
                        "...",
                        "مرحبا ",
                        "1 ",
                        "- \n",
                        "server down. ")
                .map(part -> part.repeat(Limits.INPUT_CHARS_MAX / part.length()))
                .flatMap(text -> Stream.of("z" + text.substring(0, text.length() - 2), text.strip() + "z"))
                .filter(text -> text.codePointCount(0, text.length()) <= Limits.INPUT_CHARS_MAX);
    }

    @ParameterizedTest(name = "{index}") // The texts hold characters that a report cannot.
    @MethodSource("worstCases")
    void longestInputsEndInTime(String text) {
        for (JobKind kind : JobKind.bounded()) {
            assertTimeout(WORST, () -> assertShape(kind, run(kind, text)));
        }
    }

    @Test
    void textsWithoutWordsHaveAnswersOfTheSameShape() throws EngineException {
        for (String text : List.of("!!!", "😀😀", "...", "\"\"", "—", "·", "\u200B.", "🏳️‍🌈", "1", "字", "\u0001")) {
            for (JobKind kind : JobKind.bounded()) {
                assertShape(kind, run(kind, text));
            }
            assertFalse(run(JobKind.TITLE, text).text().isEmpty(), text);
        }
    }

    @Test
    void anyInputGivesTheShapeOfItsKindAndTheSameAnswerAgain() throws EngineException {
        Random random = new Random(11);
        for (int i = 0; i < 600; i++) {
            String text = RandomText.of(random, 1 + random.nextInt(300)) + "x";
            for (JobKind kind : JobKind.bounded()) {
                Generated generated = run(kind, text);
                assertShape(kind, generated);
                assertEquals(generated.text(), run(kind, text).text(), text);
            }
        }
    }

    private Generated run(JobKind kind, String text) throws EngineException {
        return engine.generate(Generation.of(JobRequest.bounded(kind, text)), t -> {}, new CancelSignal());
    }

    private static void assertShape(JobKind kind, Generated generated) {
        String text = generated.text();
        switch (kind) {
            case TITLE -> {
                assertFalse(text.contains("\n"), text);
                assertTrue(Words.count(text) <= AnswerShape.TITLE_WORDS_MAX, text);
                assertTrue(text.codePointCount(0, text.length()) <= AnswerShape.TITLE_CHARS_MAX, text);
            }
            case SUMMARY -> {
                assertTrue(text.codePointCount(0, text.length()) <= AnswerShape.SUMMARY_CHARS_MAX, text);
                assertTrue(
                        !text.contains("\n")
                                || (text.lines().count() <= AnswerShape.SUMMARY_BULLETS_MAX
                                        && text.lines().allMatch(line -> line.startsWith("- "))),
                        text);
            }
            case NOTIFICATION -> assertNotification(object(generated));
            case MEMORY_CANDIDATE -> assertMemory(object(generated));
            case CHAT, EMBEDDING -> throw new IllegalArgumentException("no shape for " + kind);
        }
    }

    private static JsonNode object(Generated generated) {
        JsonNode json = generated.json();
        assertNotNull(json);
        try {
            assertEquals(json, Json.MAPPER.readTree(generated.text()));
        } catch (JsonProcessingException e) {
            throw new AssertionError(generated.text(), e);
        }
        return json;
    }

    private static void assertNotification(JsonNode json) {
        assertEquals(List.of("severity", "category", "summary", "action_needed"), names(json));
        assertTrue(List.of("info", "warning", "critical")
                .contains(json.get("severity").textValue()));
        assertTrue(json.get("category").isTextual() && json.get("summary").isTextual());
        assertTrue(json.get("action_needed").isBoolean());
    }

    private static void assertMemory(JsonNode json) {
        assertEquals(List.of("candidates", "notes"), names(json));
        assertTrue(json.get("candidates").isArray() && json.get("notes").isTextual());
        json.get("candidates").forEach(candidate -> assertTrue(candidate.isTextual()));
    }

    private static List<String> names(JsonNode json) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> it = json.fieldNames(); it.hasNext(); ) {
            names.add(it.next());
        }
        return names;
    }

    private static void assertContains(String part, Exception e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(part), message);
    }
}
