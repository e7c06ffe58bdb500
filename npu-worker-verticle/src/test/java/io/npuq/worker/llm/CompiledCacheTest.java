package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Sampling;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compiled model is kept, and whether a load read it is the runtime's word. */
class CompiledCacheTest {
    @TempDir
    private Path cache;

    @Test
    void theFirstLoadCompilesAndTheSecondReadsWhatItLeft() throws EngineException, IOException {
        assertEquals(false, load(TinyModel.onCpu(cache)).loadedFromCache());
        assertTrue(blobs() > 0, "the first load leaves what it compiled");
        assertEquals(true, load(TinyModel.onCpu(cache)).loadedFromCache());
    }

    @Test
    void theNpuPluginSaysItAsWell() throws EngineException {
        LlmSettings settings = TinyModel.onNpuPlugin(cache, new NpuProperties(40, 8, "DYNAMIC", "FAST_COMPILE"));
        assertEquals(false, load(settings).loadedFromCache());
        assertEquals(true, load(settings).loadedFromCache());
    }

    private long blobs() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".blob")).count();
        }
    }

    private static EngineInfo load(LlmSettings settings) throws EngineException {
        try (OpenVinoEngine engine = TinyModel.engine(settings)) {
            EngineInfo info = engine.load();
            engine.generate(TinyModel.chat("Title: a", 2, Sampling.GREEDY), text -> {}, TinyModel.never());
            return info;
        }
    }
}
