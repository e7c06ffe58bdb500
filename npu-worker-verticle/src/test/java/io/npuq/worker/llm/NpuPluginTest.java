package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the NPU plugin's fixed lengths ask of the loop. The plugin's parts run on the CPU here. */
class NpuPluginTest {
    private static final int PROMPT_MAX = 40;
    private static final int RESPONSE_MIN = 8;
    private static final String TITLE = "Title: The mail server in Osaka is slow since noon.";

    @TempDir
    private static Path cache;

    private static OpenVinoEngine engine;
    private static EngineInfo info;

    @BeforeAll
    static void load() throws EngineException {
        engine = TinyModel.engine(
                TinyModel.onNpuPlugin(cache, new NpuProperties(PROMPT_MAX, RESPONSE_MIN, "DYNAMIC", "FAST_COMPILE")));
        info = engine.load();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void whatRunsOnTheCpuIsNeverCalledAnNpu() {
        assertEquals("NPU", info.deviceRequested());
        assertEquals("CPU (NPU plugin)", info.deviceActual());
        assertEquals(PROMPT_MAX, info.promptTokensMax());
    }

    @Test
    void aPromptOverTheLimitIsRefusedWithBothNumbersAndTheEngineGoesOn() throws EngineException {
        EngineException e = assertThrows(EngineException.class, () -> generate(TITLE.repeat(5), 4));
        assertEquals(EngineException.Kind.PROMPT_TOO_LONG, e.kind());
        int tokens = engine.promptTokens(TinyModel.chat(TITLE.repeat(5), 4, Sampling.GREEDY))
                .toCompletableFuture()
                .join()
                .orElseThrow();
        assertTrue(String.valueOf(e.getMessage()).contains(tokens + " tokens"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("at most " + PROMPT_MAX), e.getMessage());
        assertEquals("Mail server is slow", generate(TITLE, 32).text());
    }

    @Test
    void anAnswerThatFillsTheDeviceEndsAsCutOff() throws EngineException {
        String user =
                "Notification: The mail server in Osaka is slow since noon and the backup job lost its disk again.";
        Generated made = generate(user, 200);
        assertEquals(FinishReason.LENGTH, made.finishReason());
        assertEquals(
                PROMPT_MAX + RESPONSE_MIN,
                made.usage().promptTokens() + made.usage().completionTokens());
    }

    @Test
    void cancelLandsBetweenTokens() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        List<String> pieces = new ArrayList<>();
        Generated made = engine.generate(
                TinyModel.chat(TITLE, 32, Sampling.GREEDY),
                piece -> {
                    pieces.add(piece);
                    cancel.cancel();
                },
                cancel);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertEquals(1, pieces.size());
    }

    private static Generated generate(String user, int bound) throws EngineException {
        return engine.generate(TinyModel.chat(user, bound, Sampling.GREEDY), text -> {}, TinyModel.never());
    }
}
