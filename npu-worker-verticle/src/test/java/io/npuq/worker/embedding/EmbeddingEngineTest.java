package io.npuq.worker.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.Embedding;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.worker.embedding.TinyEncoder.Reference;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors are those of the model's makers, however the texts come. */
class EmbeddingEngineTest {
    private static final int TOKENS_MAX = 128;

    @TempDir
    private static Path cache;

    @TempDir
    private Path dir;

    private static EmbeddingEngine engine;

    @BeforeAll
    static void load() throws EngineException {
        engine = TinyEncoder.loaded(TinyEncoder.directory(), cache);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void eachTextAloneHasPyTorchsVector() throws EngineException {
        for (Reference reference : TinyEncoder.references()) {
            if (!reference.text().isEmpty()) {
                assertLike(reference, TinyEncoder.embed(engine, reference.text()));
            }
        }
    }

    /** Texts of 2 to 128 tokens: all are padded but the longest, and each batch mixes lengths. */
    @Test
    void aBatchHasTheSameVectorsInTheOrderOfItsTexts() throws EngineException {
        List<Reference> references = TinyEncoder.references().stream()
                .filter(reference -> !reference.text().isEmpty())
                .toList();
        List<String> texts = references.stream().map(Reference::text).toList();
        Generated made = TinyEncoder.generate(engine, texts);

        assertEquals(FinishReason.STOP, made.finishReason());
        assertEquals(texts.size(), made.embeddings().size());
        assertEquals(
                references.stream().mapToInt(Reference::tokens).sum(),
                made.usage().promptTokens());
        assertEquals(0, made.usage().completionTokens());
        for (int i = 0; i < references.size(); i++) {
            assertLike(references.get(i), made.embeddings().get(i));
        }
    }

    private static void assertLike(Reference reference, Embedding embedding) {
        double distance = TinyEncoder.distance(embedding, reference.vector());
        assertTrue(distance < TinyEncoder.TOLERANCE, () -> "\"" + reference.text() + "\" is off by " + distance);
        assertEquals(reference.tokens(), embedding.tokens());
    }

    @Test
    void moreTextsThanOneInferenceTakesKeepTheirOrder() throws EngineException {
        Reference reference = TinyEncoder.references().get(0);
        String longText = "disk ".repeat(100);
        List<String> texts = IntStream.range(0, 2 * Batches.TOKENS_MAX / TOKENS_MAX)
                .mapToObj(i -> i % 2 == 0 ? longText : reference.text())
                .toList();
        float[] longVector = TinyEncoder.embed(engine, longText).vector().toArray();
        List<Embedding> embeddings = TinyEncoder.generate(engine, texts).embeddings();
        for (int i = 0; i < texts.size(); i++) {
            float[] expected = i % 2 == 0 ? longVector : reference.vector();
            assertTrue(TinyEncoder.distance(embeddings.get(i), expected) < TinyEncoder.TOLERANCE);
        }
    }

    @Test
    void aTextThatIsTooLongIsCutAndSaysSo() throws EngineException {
        // Two special tokens are part of the limit.
        Embedding fits = TinyEncoder.embed(engine, "disk ".repeat(TOKENS_MAX - 2));
        Embedding cut = TinyEncoder.embed(engine, "disk ".repeat(TOKENS_MAX - 1));
        assertFalse(fits.truncated());
        assertTrue(cut.truncated());
        assertEquals(TOKENS_MAX, fits.tokens());
        assertEquals(TOKENS_MAX, cut.tokens());
        assertEquals(fits.vector(), cut.vector());
    }

    @Test
    void theLimitIsTheSmallestThatTheFilesName() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        Files.writeString(model.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 16}");
        try (EmbeddingEngine small = TinyEncoder.loaded(model, dir.resolve("cache"))) {
            Embedding cut = TinyEncoder.embed(small, "disk ".repeat(15));
            assertEquals(16, cut.tokens());
            assertTrue(cut.truncated());
        }
    }

    @Test
    void anEmptyTextInABatchHasItsOwnVector() throws EngineException {
        Reference empty = TinyEncoder.references().stream()
                .filter(reference -> reference.text().isEmpty())
                .findFirst()
                .orElseThrow();
        // A job takes no empty text, but a blank one: the tokenizer makes the same tokens of both.
        Generated made = TinyEncoder.generate(engine, List.of("The disk is full.", " \n"));
        assertLike(empty, made.embeddings().get(1));
    }

    @Test
    void clsPoolingTakesTheFirstToken() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        Files.writeString(
                model.resolve("1_Pooling/config.json"),
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        String text = TinyEncoder.references().get(0).text();
        try (EmbeddingEngine cls = TinyEncoder.loaded(model, dir.resolve("cache"))) {
            Embedding alone = TinyEncoder.embed(cls, text);
            Embedding padded = TinyEncoder.generate(cls, List.of("disk ".repeat(40), text))
                    .embeddings()
                    .get(1);
            assertTrue(TinyEncoder.distance(padded, alone.vector().toArray()) < TinyEncoder.TOLERANCE);
            assertTrue(
                    TinyEncoder.distance(alone, TinyEncoder.references().get(0).vector()) > 0.01);
            assertEquals(1, length(alone), 1e-6);
        }
    }

    @Test
    void withoutNormalizeTheVectorKeepsItsLength() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        Files.writeString(model.resolve("modules.json"), """
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
                """);
        Reference reference = TinyEncoder.references().get(0);
        try (EmbeddingEngine raw = TinyEncoder.loaded(model, dir.resolve("cache"))) {
            Embedding embedding = TinyEncoder.embed(raw, reference.text());
            double length = length(embedding);
            float[] scaled = embedding.vector().toArray();
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] /= (float) length;
            }
            assertTrue(Math.abs(length - 1) > 0.1, () -> "length " + length);
            assertTrue(TinyEncoder.distance(TinyEncoder.embed(engine, reference.text()), scaled) < 1e-6);
        }
    }

    /** As sentence-transformers' own exports are: pooling and normalization are in the graph, and not done again. */
    @Test
    void aGraphThatPoolsIsTakenAtItsWord() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        TinyEncoder.pooledInto(model);
        try (EmbeddingEngine pooled = TinyEncoder.loaded(model, dir.resolve("cache"))) {
            // [CLS] and [SEP] of the reference's first text, and what is between.
            float mean = (2 + 71 + 170 + 73 + 97 + 75 + 124 + 9 + 3) / 9f;
            List<String> texts = List.of(TinyEncoder.references().get(0).text(), "disk ".repeat(20));
            Generated made = TinyEncoder.generate(pooled, texts);
            assertTrue(TinyEncoder.distance(made.embeddings().get(0), new float[] {mean, 1, -mean}) < 1e-4);
        }
    }

    @Test
    void aModelOfAnotherKindIsRefused() throws IOException {
        Path model = TinyEncoder.copyBelow(dir);
        Path xml = model.resolve("openvino_model.xml");
        String graph = Files.readString(xml);
        Files.writeString(xml, graph.replace("last_hidden_state", "logits"));
        assertRefused(model, "logits");
        Files.writeString(xml, graph.replace("token_type_ids", "pixel_values"));
        assertRefused(model, "pixel_values");
    }

    private static double length(Embedding embedding) {
        double squares = 0;
        for (float value : embedding.vector().toArray()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void theDigestKnowsHowTheModelIsPooled() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        EngineInfo before;
        try (EmbeddingEngine first = TinyEncoder.engine(model, dir.resolve("cache"))) {
            before = first.load();
        }
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"cls\"}");
        try (EmbeddingEngine second = TinyEncoder.engine(model, dir.resolve("cache"))) {
            EngineInfo after = second.load();
            assertEquals("tiny-encoder", after.model());
            assertEquals("CPU", after.deviceActual());
            assertFalse(String.valueOf(before.modelDigest()).equals(after.modelDigest()));
        }
    }

    @Test
    void theModelsDefaultPromptStandsBeforeEveryText() throws IOException, EngineException {
        Path model = TinyEncoder.copyBelow(dir);
        Path config = model.resolve("config_sentence_transformers.json");
        Files.writeString(config, """
                {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": "query"}""");
        try (EmbeddingEngine prompted = TinyEncoder.loaded(model, cache)) {
            Embedding made = TinyEncoder.embed(prompted, "the disk is full");
            Embedding written = TinyEncoder.embed(engine, "query: the disk is full");
            assertEquals(written.vector(), made.vector());
            assertEquals(written.tokens(), made.tokens());
        }
        Files.writeString(config, """
                {"prompts": {"query": "query: "}, "default_prompt_name": null}""");
        try (EmbeddingEngine plain = TinyEncoder.loaded(model, cache)) {
            assertEquals(
                    TinyEncoder.embed(engine, "the disk is full").vector(),
                    TinyEncoder.embed(plain, "the disk is full").vector());
        }
        Files.writeString(config, """
                {"prompts": {}, "default_prompt_name": "query"}""");
        assertRefused(model, "\"query\"");
    }

    @Test
    void aModelThatWantsWhatNpuqDoesNotDoIsRefused() throws IOException {
        Path model = TinyEncoder.copyBelow(dir);
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_max_tokens\": true}");
        assertRefused(model, "pooling_mode_max_tokens");
        Files.writeString(
                model.resolve("modules.json"),
                "[{\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]");
        assertRefused(model, "sentence_transformers.models.Dense");
        Files.delete(model.resolve("openvino_tokenizer.xml"));
        assertRefused(model, "openvino_tokenizer.xml");
        assertRefused(dir.resolve("nowhere"), "nowhere");
    }

    private void assertRefused(Path model, String names) {
        try (EmbeddingEngine refused = TinyEncoder.engine(model, dir.resolve("cache"))) {
            EngineException e = assertThrows(EngineException.class, refused::load);
            assertEquals(EngineException.Kind.MODEL_UNAVAILABLE, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains(names), e.getMessage());
        }
    }

    @Test
    void aCancelledCallHasNoVectors() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        cancel.cancel();
        Generated made = engine.generate(
                Generation.of(JobRequest.embedding(Collections.nCopies(3, "The disk is full."))), text -> {}, cancel);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertTrue(made.embeddings().isEmpty());
    }

    @Test
    void itDoesNotGenerateText() {
        Generation title = Generation.of(JobRequest.bounded(JobKind.TITLE, "The disk is full."));
        EngineException e =
                assertThrows(EngineException.class, () -> engine.generate(title, text -> {}, new CancelSignal()));
        assertEquals(EngineException.Kind.GENERATION_FAILED, e.kind());
    }
}
