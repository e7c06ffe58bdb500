package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.npuq.schema.Json;
import io.npuq.schema.shape.JsonShapes;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.llm.grammar.Grammar;
import io.npuq.worker.llm.guide.DocumentAnswer;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a model says: with its own vocabulary and tokenizer, under random schemas, the answer is valid. */
class RandomDocumentsTest {
    private static final int SCHEMAS = 150;
    private static final int ANSWERS = 4;
    private static final int TOKENS_MAX = 800;

    /** Byte-level BPE, made for the tests; and of a real model, with 49,152 tokens. */
    enum Words {
        TINY,
        SMOL;

        Path directory() {
            return this == TINY ? TinyModel.directory() : TestRuntime.smolLm2();
        }
    }

    @ParameterizedTest
    @EnumSource(Words.class)
    void whateverIsPickedIsValidBySchema(Words words) throws EngineException, IOException {
        ModelDirectory model = ModelDirectory.open(words.directory());
        try (OpenVino openVino = OpenVino.open(OpenVinoInstall.find(TestRuntime.openVino()));
                Tokenizer tokenizer = new Tokenizer(openVino, model)) {
            TokenBytes bytes = new TokenBytes(tokenizer, model);
            int size = Vocabulary.of(model).orElseThrow().size();
            Set<Integer> ends = EndOfTurn.idsOf(model);
            int whole = 0;
            for (int seed = 0; seed < SCHEMAS; seed++) {
                JsonNode schema = new RandomSchema(new SplittableRandom(seed)).schema();
                for (int i = 0; i < ANSWERS; i++) {
                    RandomVoice voice = new RandomVoice(
                            tokenizer, bytes, size, ends, TOKENS_MAX, new SplittableRandom(ANSWERS * seed + i));
                    if (new DocumentAnswer(Grammar.of(JsonShapes.of("schema", schema)), voice).run()) {
                        whole++;
                        assertValid(schema, voice.text());
                    } else {
                        assertEquals(0, voice.tokensLeft());
                    }
                    assertEquals(voice.text(), voice.fedText());
                }
            }
            assertTrue(whole > SCHEMAS * ANSWERS * 9 / 10, whole + " came to their end");
        }
    }

    private static void assertValid(JsonNode schema, String text) throws IOException {
        JsonNode document = Json.MAPPER.readTree(text);
        var complaints = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(document);
        assertEquals(Set.of(), complaints, () -> text + " by " + schema);
    }
}
