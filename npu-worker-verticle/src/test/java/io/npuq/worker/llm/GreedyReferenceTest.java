package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token loop makes what openvino_genai makes. */
class GreedyReferenceTest {
    private static final int NEW_TOKENS = 48;

    @TempDir
    private Path cache;

    @Test
    void cpuMakesTheReferenceTokenForToken() throws EngineException {
        holdAgainstReference(TinyModel.onCpu(cache), "CPU");
    }

    @Test
    void npuPluginMakesTheReferenceTokenForTokenAndIsNotCalledAnNpu() throws EngineException {
        holdAgainstReference(TinyModel.onNpuPlugin(cache, NpuProperties.DEFAULT), "CPU (NPU plugin)");
    }

    private static void holdAgainstReference(LlmSettings settings, String device) throws EngineException {
        try (OpenVinoEngine engine = TinyModel.engine(settings)) {
            assertEquals(device, engine.load().deviceActual());
            for (JsonNode reference : TinyModel.references()) {
                holdAgainst(reference, engine);
            }
        }
    }

    /** Each of the reference's tokens is the likeliest one behind those before it. */
    @Test
    void theLogitsLeadToTheReferencesTokens() throws EngineException {
        try (LoadedModel model = ModelLoader.load(
                TinyModel.onCpu(cache), OpenVinoInstall.find(TestRuntime.openVino()), System::nanoTime)) {
            for (JsonNode reference : TinyModel.references()) {
                int[] prompt = model.tokenizer().prompt(reference.get("prompt").textValue());
                assertArrayEquals(ints(reference.get("prompt_ids")), prompt);
                assertArrayEquals(ints(reference.get("output_ids")), follow(model, prompt, reference));
            }
        }
    }

    private static int[] follow(LoadedModel model, int[] prompt, JsonNode reference) {
        Sampler greedy = new Sampler(Sampling.GREEDY, new SplittableRandom(0));
        int[] made = new int[reference.get("output_ids").size()];
        try (Session session = model.language().newSession(prompt.length + made.length)) {
            session.feed(prompt);
            for (int i = 0; i < made.length; i++) {
                session.infer();
                made[i] = greedy.pick(session.logits());
                session.feed(made[i]);
            }
        }
        return made;
    }

    private static void holdAgainst(JsonNode reference, OpenVinoEngine engine) throws EngineException {
        List<String> pieces = new ArrayList<>();
        Generated made = engine.generate(
                TinyModel.chat(reference.get("user").textValue(), NEW_TOKENS, Sampling.GREEDY),
                pieces::add,
                TinyModel.never());
        int[] wanted = ints(reference.get("output_ids"));
        assertEquals(reference.get("text").textValue(), made.text());
        assertEquals(made.text(), String.join("", pieces));
        assertEquals(wanted.length, made.usage().completionTokens());
        assertEquals(reference.get("prompt_ids").size(), made.usage().promptTokens());
        assertEquals(wanted.length < NEW_TOKENS ? FinishReason.STOP : FinishReason.LENGTH, made.finishReason());
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
