package io.npuq.worker.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.Embedding;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Outcome;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what is new is computed, and what was not computed says so. */
class CachedEmbeddingsTest {
    @TempDir
    private Path dir;

    private final EmbeddingCache cache = new EmbeddingCache(100);
    private CountingEngine counting;
    private CachedEmbeddings engine;

    @BeforeEach
    void load() throws EngineException {
        counting = new CountingEngine(TinyEncoder.engine(TinyEncoder.directory(), dir.resolve("cache")), () -> {});
        engine = new CachedEmbeddings(counting, cache);
        engine.load();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void onlyNewTextsGoToTheModelEachOnce() throws EngineException {
        Generated first = TinyEncoder.generate(engine, List.of("one disk", "two disks"));
        Generated second = TinyEncoder.generate(engine, List.of("three disks", "one disk", "three disks"));

        assertEquals(List.of(List.of("one disk", "two disks"), List.of("three disks")), counting.calls());
        List<Embedding> made = second.embeddings();
        assertEquals(
                List.of(false, true, false),
                made.stream().map(Embedding::cached).toList());
        assertEquals(first.embeddings().get(0).vector(), made.get(1).vector());
        assertEquals(made.get(0), made.get(2));
        assertEquals(
                made.stream().mapToInt(Embedding::tokens).sum(), second.usage().promptTokens());
        assertTrue(second.wasComputed());
    }

    @Test
    void whatIsAllKnownIsAnsweredWithoutAnEngineAndNamesNoDevice() throws EngineException {
        Generated computed = TinyEncoder.generate(engine, List.of("one disk", "two disks"));
        engine.close();
        JobRequest known = JobRequest.embedding(List.of("two disks", "one disk"));
        Outcome.Succeeded outcome = cache.answer(known).orElseThrow();

        assertEquals(
                List.of(
                        computed.embeddings().get(1).asCached(),
                        computed.embeddings().get(0).asCached()),
                outcome.answer().embeddings());
        assertEquals(computed.usage(), outcome.answer().usage());
        Evidence evidence = outcome.proof();
        assertEquals(Verdict.CACHED, evidence.verdict());
        assertEquals("tiny-encoder", evidence.model());
        assertNull(evidence.deviceActual());
        assertNull(evidence.timing().generate());
        assertEquals(0, evidence.attempt());

        assertTrue(
                cache.answer(JobRequest.embedding(List.of("one disk", "new"))).isEmpty());
        assertTrue(cache.answer(known.withRunAfter(Duration.ofSeconds(1))).isEmpty());
        assertTrue(cache.answer(JobRequest.bounded(JobKind.TITLE, "one disk")).isEmpty());
    }

    @Test
    void aJobThatFindsAllItsTextsKnownOnceItRunsComputesNothing() throws EngineException {
        TinyEncoder.generate(engine, List.of("one disk"));
        Generated again = TinyEncoder.generate(engine, List.of("one disk"));
        assertEquals(1, counting.calls().size());
        assertFalse(again.wasComputed());
    }

    @Test
    void whatWasNotAskedForTheLongestGoesFirst() throws EngineException {
        EmbeddingCache small = new EmbeddingCache(2);
        try (CachedEmbeddings bounded =
                new CachedEmbeddings(TinyEncoder.engine(TinyEncoder.directory(), dir.resolve("cache")), small)) {
            bounded.load();
            TinyEncoder.generate(bounded, List.of("one"));
            TinyEncoder.generate(bounded, List.of("two"));
            TinyEncoder.generate(bounded, List.of("one"));
            TinyEncoder.generate(bounded, List.of("three"));
            assertTrue(small.answer(JobRequest.embedding(List.of("one"))).isPresent());
            assertTrue(small.answer(JobRequest.embedding(List.of("two"))).isEmpty());
            assertTrue(small.answer(JobRequest.embedding(List.of("three"))).isPresent());
        }
    }

    @Test
    void aCacheOfNoEntriesKeepsNone() throws EngineException {
        EmbeddingCache none = new EmbeddingCache(0);
        try (CachedEmbeddings uncached =
                new CachedEmbeddings(TinyEncoder.engine(TinyEncoder.directory(), dir.resolve("cache")), none)) {
            uncached.load();
            TinyEncoder.generate(uncached, List.of("one"));
            assertTrue(none.answer(JobRequest.embedding(List.of("one"))).isEmpty());
        }
    }

    @Test
    void anotherModelHasVectorsOfItsOwn() throws EngineException, IOException {
        TinyEncoder.generate(engine, List.of("one disk"));
        Path other = TinyEncoder.copyBelow(dir);
        Files.writeString(other.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"cls\"}");
        try (CachedEmbeddings swapped = new CachedEmbeddings(TinyEncoder.engine(other, dir.resolve("cache")), cache)) {
            swapped.load();
            assertTrue(cache.answer(JobRequest.embedding(List.of("one disk"))).isEmpty());
            assertFalse(TinyEncoder.embed(swapped, "one disk").cached());
            assertTrue(TinyEncoder.embed(swapped, "one disk").cached());
        }
    }

    @Test
    void manyTextsGoToTheModelAFewAtATime() throws EngineException {
        List<String> texts = IntStream.range(0, 2 * CachedEmbeddings.TEXTS_PER_CALL + 1)
                .mapToObj(i -> "disk ".repeat(1 + i % 7) + i)
                .toList();
        List<Embedding> embeddings = TinyEncoder.generate(engine, texts).embeddings();
        assertEquals(3, counting.calls().size());
        for (int i = 0; i < texts.size(); i += 13) {
            Embedding alone;
            try (EmbeddingEngine plain = TinyEncoder.loaded(TinyEncoder.directory(), dir.resolve("cache"))) {
                alone = TinyEncoder.embed(plain, texts.get(i));
            }
            assertTrue(TinyEncoder.distance(embeddings.get(i), alone.vector().toArray()) < TinyEncoder.TOLERANCE);
        }
    }

    @Test
    void aJobWhoseVectorsCannotBeKeptFailsAtItsFirstOnes() throws EngineException {
        CountingEngine small =
                new CountingEngine(TinyEncoder.engine(TinyEncoder.directory(), dir.resolve("cache")), () -> {});
        try (CachedEmbeddings bounded = new CachedEmbeddings(small, cache, 40 * 64)) {
            bounded.load();
            List<String> fits =
                    IntStream.range(0, 40).mapToObj(i -> "disk " + i).toList();
            assertEquals(40, TinyEncoder.generate(bounded, fits).embeddings().size());
            List<String> tooMany =
                    IntStream.range(0, 41).mapToObj(i -> "rack " + i).toList();
            EngineException e = assertThrows(EngineException.class, () -> TinyEncoder.generate(bounded, tooMany));
            assertEquals(EngineException.Kind.PROMPT_TOO_LONG, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("at most 40 texts"), e.getMessage());
            assertEquals(3, small.calls().size());
        }
    }

    @Test
    void aCancelEndsTheJobAndKeepsWhatWasMade() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        CountingEngine cancelling =
                new CountingEngine(TinyEncoder.engine(TinyEncoder.directory(), dir.resolve("cache")), cancel::cancel);
        try (CachedEmbeddings stopped = new CachedEmbeddings(cancelling, cache)) {
            stopped.load();
            List<String> texts = IntStream.range(0, 2 * CachedEmbeddings.TEXTS_PER_CALL)
                    .mapToObj(i -> "disk " + (i + 100))
                    .toList();
            Generated made = stopped.generate(Generation.of(JobRequest.embedding(texts)), text -> {}, cancel);
            assertEquals(FinishReason.CANCELLED, made.finishReason());
            assertTrue(made.embeddings().isEmpty());
            assertEquals(2, cancelling.calls().size());
            assertTrue(cache.answer(JobRequest.embedding(List.of("disk 100"))).isPresent());
        }
    }

    @Test
    void whatIsNoEmbeddingIsABug() {
        Generation title = Generation.of(JobRequest.bounded(JobKind.TITLE, "x"));
        assertThrows(IllegalStateException.class, () -> engine.generate(title, text -> {}, new CancelSignal()));
    }
}
