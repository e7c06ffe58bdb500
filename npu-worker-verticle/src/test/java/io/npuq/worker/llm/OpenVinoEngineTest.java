package io.npuq.worker.llm;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on the CPU, with the tiny model. */
class OpenVinoEngineTest {
    private static final String TITLE = "Title: The mail server in Osaka is slow since noon.";
    private static final String ANSWER = "Mail server is slow";
    private static final int PLENTY = 48;

    @TempDir
    private static Path cache;

    private static OpenVinoEngine engine;
    private static EngineInfo info;

    private final CancelSignal cancel = new CancelSignal();
    private final List<String> pieces = new ArrayList<>();

    @BeforeAll
    static void load() throws EngineException {
        engine = TinyModel.engine(TinyModel.onCpu(cache));
        info = engine.load();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void loadSaysWhatRunsWhere() {
        assertEquals("tiny-qwen2", info.model());
        assertEquals("CPU", info.deviceRequested());
        assertEquals("CPU", info.deviceActual());
        assertNotNull(info.modelDigest());
        assertTrue(info.modelDigest().matches("[0-9a-f]{64}"));
        assertNotNull(info.runtime());
        assertNull(info.driver());
        assertEquals(2047, info.promptTokensMax());
        assertTrue(info.loadMs() > 0);
    }

    @Test
    void promptThatWasMadeReadyGivesTheSameAnswerAndOneOfAnotherJobHasNoPartInIt() throws EngineException {
        for (String ready : List.of(TITLE, "Title: Something else, for another job.")) {
            engine.prepare(TinyModel.chat(ready, PLENTY, Sampling.GREEDY));
            assertEquals(ANSWER, generate(TITLE, PLENTY, Sampling.GREEDY).text());
        }
    }

    @Test
    void answerEndsWithTheModelsTurnAndCountsItsToken() throws EngineException {
        Generated made = generate(TITLE, PLENTY, Sampling.GREEDY);
        assertEquals(ANSWER, made.text());
        assertEquals(FinishReason.STOP, made.finishReason());
        assertNull(made.json());
        assertEquals(ANSWER, String.join("", pieces));
        assertTrue(pieces.size() > 1, pieces::toString);
        assertNotNull(made.timeToFirstTokenMs());
        assertTrue(made.timeToFirstTokenMs() > 0 && made.timeToFirstTokenMs() <= made.generateMs());
        assertEquals(
                OptionalInt.of(requireNonNull(made.usage().promptTokens())),
                engine.promptTokens(TinyModel.chat(TITLE, PLENTY, Sampling.GREEDY))
                        .toCompletableFuture()
                        .join());
    }

    @Test
    void theTokenBoundCutsTheAnswer() throws EngineException {
        Generated made = generate(TITLE, 3, Sampling.GREEDY);
        assertEquals(FinishReason.LENGTH, made.finishReason());
        assertEquals(3, made.usage().completionTokens());
        assertTrue(ANSWER.startsWith(made.text()) && !made.text().isEmpty());
    }

    @Test
    void cancelStopsBeforeTheNextToken() throws EngineException {
        Generated made = engine.generate(
                TinyModel.chat(TITLE, PLENTY, Sampling.GREEDY),
                piece -> {
                    pieces.add(piece);
                    cancel.cancel();
                },
                cancel);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertEquals(1, pieces.size());
        assertEquals(1, made.usage().completionTokens());
        assertEquals(pieces.get(0), made.text());
    }

    @Test
    void cancelledBeforeItBeganItSaysNothing() throws EngineException {
        cancel.cancel();
        Generated made = generate(TITLE, PLENTY, Sampling.GREEDY);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertEquals("", made.text());
        assertNull(made.timeToFirstTokenMs());
    }

    @Test
    void theSameSeedGivesTheSameTextAndOthersGiveOthers() throws EngineException {
        Set<String> texts = new HashSet<>();
        for (long seed = 0; seed < 8; seed++) {
            Sampling sampling = sampling(1.6, seed, List.of());
            String once = generate(TITLE, PLENTY, sampling).text();
            assertEquals(once, generate(TITLE, PLENTY, sampling).text());
            texts.add(once);
        }
        assertTrue(texts.size() > 2, texts::toString);
    }

    @Test
    void sampledTextIsStreamedWhole() throws EngineException {
        for (long seed = 0; seed < 20; seed++) {
            pieces.clear();
            // Hot enough for any byte token to come: half characters among them.
            Generated made = generate("Say anything", 64, sampling(2, seed, List.of()));
            assertEquals(made.text(), String.join("", pieces));
            assertFalse(Character.isHighSurrogate(last(made.text())), made.text());
        }
    }

    private static char last(String text) {
        return text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
    }

    @Test
    void aStopStringEndsTheAnswerAndIsNotPartOfIt() throws EngineException {
        for (String stop : List.of("server", "l server i", " slow", "w")) {
            pieces.clear();
            Generated made = generate(TITLE, PLENTY, greedyUntil(stop));
            assertEquals(ANSWER.substring(0, ANSWER.indexOf(stop)), made.text());
            assertEquals(made.text(), String.join("", pieces));
            assertEquals(FinishReason.STOP, made.finishReason());
        }
    }

    @Test
    void whatOnlyBeginsLikeAStopStringStays() throws EngineException {
        Generated made = generate(TITLE, PLENTY, greedyUntil("slowly"));
        assertEquals(ANSWER, made.text());
        assertEquals(ANSWER, String.join("", pieces));
    }

    @Test
    void aRepetitionPenaltyChangesTheAnswer() throws EngineException {
        Sampling penalized = new Sampling(0, 1, 0, 5, 0, 0, null, List.of());
        assertNotEquals(ANSWER, generate(TITLE, PLENTY, penalized).text());
    }

    @Test
    void aPromptLongerThanTheModelsContextIsRefusedWithBothNumbers() {
        EngineException e =
                assertThrows(EngineException.class, () -> generate("word ".repeat(1_500), PLENTY, Sampling.GREEDY));
        assertEquals(EngineException.Kind.PROMPT_TOO_LONG, e.kind());
        assertTrue(String.valueOf(e.getMessage()).matches(".*has \\d{4} tokens.*at most 2047.*"), e.getMessage());
    }

    @Test
    void anEngineThatIsNotLoadedOrIsClosedDoesNotGenerate() throws EngineException {
        OpenVinoEngine other = TinyModel.engine(TinyModel.onCpu(cache));
        assertThrows(IllegalStateException.class, () -> generate(other));
        other.load();
        assertThrows(IllegalStateException.class, other::load);
        generate(other);
        other.close();
        other.close();
        assertThrows(IllegalStateException.class, () -> generate(other));
        assertThrows(IllegalStateException.class, other::load);
    }

    private static void generate(OpenVinoEngine engine) throws EngineException {
        engine.generate(TinyModel.chat(TITLE, 1, Sampling.GREEDY), text -> {}, TinyModel.never());
    }

    private Generated generate(String user, int maxNewTokens, Sampling sampling) throws EngineException {
        return engine.generate(TinyModel.chat(user, maxNewTokens, sampling), pieces::add, cancel);
    }

    private static Sampling greedyUntil(String stop) {
        return sampling(0, null, List.of(stop));
    }

    private static Sampling sampling(double temperature, @Nullable Long seed, List<String> stop) {
        return new Sampling(temperature, 1, 0, 1, 0, 0, seed, stop);
    }
}
