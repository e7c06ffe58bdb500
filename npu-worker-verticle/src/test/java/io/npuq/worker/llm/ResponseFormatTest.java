package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats of the tiny model whose answer has a given form. */
class ResponseFormatTest {
    private static final String INPUT = "Notification: The mail server in Osaka is down since noon.";
    private static final ResponseFormat OBJECT = new ResponseFormat.JsonObject();
    private static final String SCHEMA = """
            {"type": "object",
             "properties": {
               "severity": {"enum": ["info", "warning", "critical"]},
               "category": {"type": "string", "minLength": 1, "maxLength": 40},
               "hosts": {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/host"}},
               "count": {"type": ["integer", "null"]},
               "action_needed": {"type": "boolean"}},
             "required": ["severity", "category", "action_needed"],
             "additionalProperties": false,
             "$defs": {"host": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}}}}}
            """;
    private static final ResponseFormat NOTIFICATION = new ResponseFormat.JsonSchema("notification", SCHEMA);

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
    void aModelThatWritesJsonByItselfSaysTheSameUnderTheMask() throws EngineException {
        for (JsonNode reference : TinyModel.references()) {
            if (reference.get("text").textValue().startsWith("{")) {
                Generated made = generate(engine, reference.get("user").textValue(), OBJECT, 200, Sampling.GREEDY);
                assertEquals(reference.get("text").textValue(), made.text());
                assertEquals(FinishReason.STOP, made.finishReason());
            }
        }
    }

    @Test
    void theValuesOfASchemaAreTheModelsOwn() throws EngineException {
        String schema = "{\"type\":\"object\",\"required\":[\"severity\",\"category\",\"summary\",\"action_needed\"],"
                + "\"properties\":{\"severity\":{\"enum\":[\"info\",\"warning\",\"critical\"]},"
                + "\"category\":{\"type\":\"string\"},\"summary\":{\"type\":\"string\"},\"action_needed\":{\"type\":\"boolean\"}}}";
        Generated made = generate(engine, INPUT, new ResponseFormat.JsonSchema("n", schema), 96, Sampling.GREEDY);
        assertEquals(
                "{\"severity\": \"critical\", \"category\": \"mail server\", \"summary\": \"mail server is down\","
                        + " \"action_needed\": true}",
                made.text());
    }

    @Test
    void everyPromptAndSeedIsValidOrCut() throws EngineException, IOException {
        int whole = 0;
        for (JsonNode reference : TinyModel.references()) {
            String input = reference.get("user").textValue();
            for (long seed = 0; seed < 4; seed++) {
                Sampling hot = new Sampling(seed % 3, seed % 2 == 0 ? 1 : 0.9, 0, 1.1, 0.5, 0, seed, List.of());
                whole += check(generate(engine, input, OBJECT, 120, hot), "{\"type\":\"object\"}");
                whole += check(generate(engine, input, NOTIFICATION, 120, hot), SCHEMA);
            }
        }
        assertTrue(whole > 24, whole + " were whole");
    }

    private static int check(Generated made, String schema) throws IOException {
        JsonNode json = made.json();
        if (json == null) {
            assertEquals(FinishReason.LENGTH, made.finishReason());
            assertEquals(120, made.usage().completionTokens());
            return 0;
        }
        assertEquals(FinishReason.STOP, made.finishReason());
        assertEquals(Json.MAPPER.readTree(made.text()), json);
        assertEquals(
                Set.of(),
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(schema)
                        .validate(json));
        return 1;
    }

    @Test
    void theNpuPluginMakesTheSame() throws EngineException {
        try (OpenVinoEngine npu = TinyModel.engine(TinyModel.onNpuPlugin(cache, NpuProperties.DEFAULT))) {
            npu.load();
            for (ResponseFormat format : List.of(OBJECT, NOTIFICATION)) {
                assertEquals(
                        generate(engine, INPUT, format, 96, Sampling.GREEDY).text(),
                        generate(npu, INPUT, format, 96, Sampling.GREEDY).text());
            }
        }
    }

    @Test
    void atEveryBoundItIsWholeOrTheBeginningOfTheWhole() throws EngineException {
        Generated whole = generate(engine, INPUT, NOTIFICATION, 200, Sampling.GREEDY);
        assertNotNull(whole.json());
        for (int bound = 1; bound <= whole.usage().completionTokens(); bound++) {
            Generated made = generate(engine, INPUT, NOTIFICATION, bound, Sampling.GREEDY);
            boolean last = bound == whole.usage().completionTokens();
            assertEquals(last ? FinishReason.STOP : FinishReason.LENGTH, made.finishReason());
            assertTrue(whole.text().startsWith(made.text()), made.text());
            assertEquals(last, made.json() != null);
        }
    }

    @Test
    void cancelStopsIt() throws EngineException {
        CancelSignal cancel = new CancelSignal();
        Generated made =
                engine.generate(generation(INPUT, OBJECT, 96, Sampling.GREEDY), piece -> cancel.cancel(), cancel);
        assertEquals(FinishReason.CANCELLED, made.finishReason());
        assertNull(made.json());
    }

    private static Generated generate(
            OpenVinoEngine engine, String input, ResponseFormat format, int bound, Sampling sampling)
            throws EngineException {
        List<String> pieces = new ArrayList<>();
        Generated made = engine.generate(generation(input, format, bound, sampling), pieces::add, TinyModel.never());
        assertEquals(made.text(), String.join("", pieces));
        assertTrue(made.usage().completionTokens() <= bound);
        return made;
    }

    private static Generation generation(String input, ResponseFormat format, int bound, Sampling sampling) {
        JobInput chat = new JobInput.Chat(List.of(new ChatMessage("user", input)));
        return new Generation(JobKind.CHAT, chat, bound, sampling, format);
    }
}
