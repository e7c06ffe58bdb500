package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Chats with a {@code response_format}, through HTTP, the queue on disk and the engine's process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResponseFormatIT {
    private static final String INPUT = "Notification: The mail server in Osaka is down since noon.";
    private static final String SCHEMA = """
            {"type": "object", "required": ["severity", "category", "action_needed"],
             "properties": {"severity": {"enum": ["info", "warning", "critical"]},
                            "category": {"type": "string"}, "action_needed": {"type": "boolean"}}}
            """;

    @TempDir
    static Path home;

    private ServerProcess server;
    private Client client;

    @BeforeAll
    void serve() throws IOException {
        server = Npuq.in(home).serveTiny(TinyModel.below(home), "CPU");
        client = server.client();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void theResultHoldsTheObject() throws IOException {
        JsonNode job = run(chat(64, "json_schema"));
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        assertEquals("stop", job.at("/result/finish_reason").asText());
        assertEquals(
                "{\"severity\":\"critical\",\"category\":\"mail server\",\"action_needed\":true}",
                job.at("/result/json").toString());
        assertEquals(
                job.at("/result/json"),
                Json.MAPPER.readTree(job.at("/result/text").asText()));
        assertTrue(run(chat(200, "json_object")).at("/result/json").isObject());
    }

    @Test
    void whatTheBoundCutsIsNoObject() throws IOException {
        JsonNode job = run(chat(5, "json_schema"));
        assertEquals("length", job.at("/result/finish_reason").asText(), job::toString);
        assertTrue(job.at("/result/json").isNull(), job::toString);
    }

    @Test
    void aSchemaThatIsNotSupportedIsRefusedByName() throws IOException {
        ObjectNode job = chat(64, "json_schema");
        ((ObjectNode) job.at("/response_format/json_schema/schema/properties/category")).put("pattern", "^x");
        Client.Reply reply = client.post("/v1/jobs", job).expect(400);
        assertEquals(
                "response_format.json_schema.schema.properties.category.pattern",
                reply.body().at("/error/param").asText());
    }

    private JsonNode run(ObjectNode job) throws IOException {
        return client.awaitEnd(client.submit(job));
    }

    private static ObjectNode chat(int maxNewTokens, String type) throws IOException {
        ObjectNode job = Client.chat(INPUT, maxNewTokens);
        ObjectNode format = job.putObject("response_format").put("type", type);
        if (type.equals("json_schema")) {
            format.putObject("json_schema").put("name", "notification").set("schema", Json.MAPPER.readTree(SCHEMA));
        }
        return job;
    }
}
