package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.openvino.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefillCutTest {
    private static final long[] PROMPT = {1, 87, 85, 261, 201, 328, 28, 281};
    private static final int VOCABULARY = 523;

    @TempDir
    private Path cache;

    /** On some processors one row is multiplied by another kernel than eight, which adds in another order. */
    private static final float ROUNDING = 1e-4f;

    private OpenVino openVino;
    private ModelDirectory model;

    @BeforeEach
    void open() throws EngineException {
        openVino = OpenVino.open(OpenVinoInstall.find(TestRuntime.openVino()));
        model = ModelDirectory.open(TinyModel.directory());
    }

    @AfterEach
    void close() {
        openVino.close();
    }

    @Test
    void theCutModelGivesTheLastPositionsLogitsAndNothingElse() throws IOException {
        Path cut = PrefillCut.apply(model, "digest", cache);
        assertNotEquals(model.modelXml(), cut);
        assertEquals(cut, PrefillCut.apply(model, "digest", cache));
        assertArrayEquals(lastLogits(model.modelXml(), PROMPT.length), lastLogits(cut, 1), ROUNDING);
    }

    @Test
    void aModelOfAnotherShapeIsLeftWhole() throws IOException {
        Path other = Files.createDirectory(cache.resolve("other"));
        String xml = Files.readString(model.modelXml()).replace("output_names=\"logits\"", "output_names=\"hidden\"");
        Files.writeString(other.resolve("openvino_model.xml"), xml);
        Files.copy(model.modelBin(), other.resolve("openvino_model.bin"));
        ModelDirectory whole = new ModelDirectory(other);
        assertEquals(whole.modelXml(), PrefillCut.apply(whole, "digest", cache));
    }

    private float[] lastLogits(Path xml, int positions) {
        Map<String, String> exact = Map.of("INFERENCE_PRECISION_HINT", "f32", "KV_CACHE_PRECISION", "f32");
        try (CompiledModel compiled = openVino.compile(xml, model.modelBin(), "CPU", exact);
                InferRequest request = compiled.newRequest();
                Tensor ids = Tensor.longs(1, PROMPT.length);
                Tensor mask = Tensor.longs(1, PROMPT.length);
                Tensor order = Tensor.longs(1, PROMPT.length);
                Tensor beam = Tensor.ints(1)) {
            ids.setLongs(PROMPT);
            mask.setLongs(1, 1, 1, 1, 1, 1, 1, 1);
            order.setLongs(0, 1, 2, 3, 4, 5, 6, 7);
            beam.setInts(0);
            request.setInput("input_ids", ids);
            request.setInput("attention_mask", mask);
            request.setInput("position_ids", order);
            request.setInput("beam_idx", beam);
            request.infer();
            try (Tensor logits = request.output("logits")) {
                assertArrayEquals(new long[] {1, positions, VOCABULARY}, logits.shape());
                float[] last = new float[VOCABULARY];
                logits.copyLast(last);
                return last;
            }
        }
    }
}
