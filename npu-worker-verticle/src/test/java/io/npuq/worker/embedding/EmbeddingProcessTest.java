package io.npuq.worker.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Embedding;
import io.npuq.schema.Limits;
import io.npuq.worker.embedding.TinyEncoder.Reference;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An encoder in a process of its own. */
@Timeout(120)
class EmbeddingProcessTest {
    @TempDir
    private Path cacheDir;

    @Test
    void vectorsCrossThePipeUnchanged() throws EngineException {
        try (CachedEmbeddings engine = child(new EmbeddingCache(0))) {
            EngineInfo info = engine.load();
            assertEquals("tiny-encoder", info.model());
            assertEquals("CPU", info.deviceActual());
            Reference reference = TinyEncoder.references().get(0);
            Embedding made = TinyEncoder.embed(engine, reference.text());
            assertTrue(TinyEncoder.distance(made, reference.vector()) < TinyEncoder.TOLERANCE);
            try (EmbeddingEngine here = TinyEncoder.loaded(TinyEncoder.directory(), cacheDir)) {
                assertEquals(TinyEncoder.embed(here, reference.text()), made);
            }
        }
    }

    @Test
    void theMostTextsThatAJobTakesPass() throws EngineException {
        List<String> texts = IntStream.range(0, Limits.EMBEDDING_TEXTS_MAX)
                .mapToObj(i -> "disk " + i)
                .toList();
        try (CachedEmbeddings engine = child(new EmbeddingCache(0))) {
            engine.load();
            assertEquals(
                    texts.size(),
                    TinyEncoder.generate(engine, texts).embeddings().size());
        }
    }

    /** The job that runs again computes only what the lost attempt did not get back. */
    @Test
    void aKilledChildCostsTheAttemptAndTheNextGoesOnWhereItWas() throws EngineException {
        EmbeddingCache cache = new EmbeddingCache(1_000);
        List<String> texts = IntStream.range(0, 3 * CachedEmbeddings.TEXTS_PER_CALL)
                .mapToObj(i -> "disk ".repeat(100) + i)
                .toList();
        CountingEngine first = new CountingEngine(
                EncoderChild.of(TinyEncoder.directory(), cacheDir),
                () -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly));
        try (CachedEmbeddings engine = new CachedEmbeddings(first, cache)) {
            engine.load();
            EngineException lost = assertThrows(EngineException.class, () -> TinyEncoder.generate(engine, texts));
            assertEquals(EngineException.Kind.ENGINE_LOST, lost.kind());
            assertTrue(engine.lost().toCompletableFuture().isDone());
        }
        try (CachedEmbeddings engine = child(cache)) {
            engine.load();
            List<Embedding> made = TinyEncoder.generate(engine, texts).embeddings();
            assertEquals(
                    CachedEmbeddings.TEXTS_PER_CALL,
                    made.stream().filter(Embedding::cached).count());
            assertEquals(texts.size(), made.size());
        }
    }

    private CachedEmbeddings child(EmbeddingCache cache) {
        return new CachedEmbeddings(EncoderChild.of(TinyEncoder.directory(), cacheDir), cache);
    }
}
