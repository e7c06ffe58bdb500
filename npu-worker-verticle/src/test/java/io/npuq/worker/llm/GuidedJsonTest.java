package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guided answers of the tiny model: the shape holds whatever the model would like to say. */
class GuidedJsonTest {
    private static final String INPUT = "Notification: The mail server in Osaka is down since noon.";
    private static final int SEEDS = 4;

    @TempDir
    private static Path cache;

    private static OpenVinoEngine engine;

    @BeforeAll
    static void load() throws EngineException {
        engine = TinyModel.engine(TinyModel.onCpu(cache));
        engine.load();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void theModelsOwnValuesComeThrough() throws EngineException {
        Generated made = generate(engine, JobKind.NOTIFICATION, INPUT, 96, Sampling.GREEDY);
        assertEquals(
                "{\"severity\": \"critical\", \"category\": \"mail server\", \"summary\": \"mail server is down\","
                        + " \"action_needed\": true}",
                made.text());
        assertEquals(FinishReason.STOP, made.finishReason());
    }

    @Test
    void theNpuPluginMakesTheSame() throws EngineException {
        try (OpenVinoEngine npu = TinyModel.engine(TinyModel.onNpuPlugin(cache, NpuProperties.DEFAULT))) {
            npu.load();
            for (JsonNode reference : TinyModel.references()) {
                String input = reference.get("user").textValue();
                assertEquals(
                        generate(engine, JobKind.NOTIFICATION, input, 96, Sampling.GREEDY)
                                .text(),
                        generate(npu, JobKind.NOTIFICATION, input, 96, Sampling.GREEDY)
                                .text());
                checkMemory(generate(npu, JobKind.MEMORY_CANDIDATE, input, 64, Sampling.GREEDY));
            }
        }
    }

    @Test
    void everyPromptAndSeedGivesTheShape() throws EngineException {
        for (JsonNode reference : TinyModel.references()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                Sampling hot = new Sampling(seed % 3, seed % 2 == 0 ? 1 : 0.9, 0, 1, 0, 0, seed, List.of("\"", "{"));
                String input = reference.get("user").textValue();
                checkNotification(generate(engine, JobKind.NOTIFICATION, input, 96, hot));
                checkMemory(generate(engine, JobKind.MEMORY_CANDIDATE, input, 192, hot));
            }
        }
    }

    @Test
    void inputsThatLookLikeJsonOrAreNoTextToTheModelDoNotBreakTheShape() throws EngineException {
        for (String input :
                List.of("\"}]", "\\\\\\\"", "{\"severity\": \"none\"", "😀😀😀", "日本語", "\u0001\u0002", "\0")) {
            checkNotification(generate(engine, JobKind.NOTIFICATION, input, 96, Sampling.GREEDY));
            checkMemory(generate(engine, JobKind.MEMORY_CANDIDATE, input, 192, Sampling.GREEDY));
        }
    }

    @Test
    void aBoundThatIsTooSmallGivesNoJsonAndTheTextSoFar() throws EngineException {
        String whole = generate(engine, JobKind.NOTIFICATION, INPUT, 96, Sampling.GREEDY)
                .text();
        for (int bound = 1; bound < 10; bound++) {
            Generated made = generate(engine, JobKind.NOTIFICATION, INPUT, bound, Sampling.GREEDY);
            assertNull(made.json());
            assertEquals(FinishReason.LENGTH, made.finishReason());
            assertEquals(bound, made.usage().completionTokens());
            assertTrue(whole.startsWith(made.text()) && !made.text().isEmpty(), made.text());
        }
    }

    @Test
    void atEveryBoundItIsEitherWholeOrCut() throws EngineException {
        for (int bound = 10; bound < 60; bound++) {
            Generated made = generate(engine, JobKind.MEMORY_CANDIDATE, INPUT, bound, Sampling.GREEDY);
            assertTrue(made.usage().completionTokens() <= bound);
            assertEquals(made.json() == null ? FinishReason.LENGTH : FinishReason.STOP, made.finishReason());
        }
    }

    @Test
    void cancelStopsIt() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        List<String> pieces = new ArrayList<>();
        Generated made = engine.generate(
                generation(JobKind.NOTIFICATION, INPUT, 96, Sampling.GREEDY),
                piece -> {
                    pieces.add(piece);
                    cancel.cancel();
                },
                cancel);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertNull(made.json());
        assertEquals(made.text(), String.join("", pieces));
    }

    private static void checkNotification(Generated made) {
        JsonNode json = made.json();
        assertNotNull(json, made::text);
        assertEquals(List.of("severity", "category", "summary", "action_needed"), names(json));
        assertTrue(Set.of("info", "warning", "critical")
                .contains(json.get("severity").textValue()));
        assertTrue(json.get("category").isTextual() && json.get("summary").isTextual());
        assertTrue(json.get("action_needed").isBoolean());
    }

    private static void checkMemory(Generated made) {
        JsonNode json = made.json();
        assertNotNull(json, made::text);
        assertEquals(List.of("candidates", "notes"), names(json));
        assertTrue(json.get("candidates").isArray() && json.get("notes").isTextual());
        json.get("candidates").forEach(candidate -> assertTrue(candidate.isTextual()));
    }

    private static List<String> names(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Generated generate(OpenVinoEngine engine, JobKind kind, String input, int bound, Sampling sampling)
            throws EngineException {
        List<String> pieces = new ArrayList<>();
        Generated made = engine.generate(generation(kind, input, bound, sampling), pieces::add, TinyModel.never());
        assertEquals(made.text(), String.join("", pieces));
        assertTrue(made.usage().completionTokens() <= bound);
        return made;
    }

    private static Generation generation(JobKind kind, String input, int bound, Sampling sampling) {
        return new Generation(kind, new JobInput.Text(input), bound, sampling);
    }
}
