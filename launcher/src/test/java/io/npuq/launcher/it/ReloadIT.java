package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another model takes over while jobs run, or nothing changes. */
final class ReloadIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";
    private static final int JOBS = 12;

    @TempDir
    Path home;

    @Test
    void anotherModelTakesOverAndNoJobIsLost() throws IOException {
        Path first = TinyModel.talkative(home);
        Path second = TinyModel.below(Files.createDirectory(home.resolve("second")));
        try (ServerProcess server = Npuq.in(home).serveTiny(first, "CPU")) {
            Client client = server.client();
            Child old = server.engine();
            List<String> jobs = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                jobs.add(client.submit(Client.chat(TEXT, 60)));
            }
            client.awaitRunning(jobs.get(0));
            JsonNode answer =
                    client.post("/v1/models/reload", model(second)).expect(200).body();
            assertEquals(second.toString(), answer.at("/lanes/0/model_path").asText(), answer::toString);
            assertEquals("serving", answer.at("/lanes/0/state").asText(), answer::toString);
            assertNotEquals(old, server.engine());
            for (String id : jobs) {
                JsonNode job = client.awaitEnd(id);
                assertEquals("succeeded", job.path("state").asText(), job::toString);
                assertEquals(1, job.path("attempt").asInt(), job::toString);
            }
            assertEquals(
                    "length",
                    client.job(jobs.get(0)).body().at("/result/finish_reason").asText());
            assertEquals(
                    "stop",
                    client.awaitEnd(client.submit(Client.chat("Title: " + TEXT, 60)))
                            .at("/result/finish_reason")
                            .asText(),
                    "the second model knows an end of turn");
            assertEquals(second.toString(), client.get("/healthz").text("model_path"));
        }
    }

    @Test
    void whatCannotBeLoadedChangesNothing() throws IOException {
        Path good = TinyModel.below(home);
        Path broken = TinyModel.below(Files.createDirectory(home.resolve("broken")));
        Files.writeString(broken.resolve("openvino_model.xml"), "this is no model");
        try (ServerProcess server = Npuq.in(home).serveTiny(good, "CPU")) {
            Client client = server.client();
            Child engine = server.engine();
            client.post("/v1/models/reload", model(home.resolve("nowhere"))).expect(404);
            Client.Reply refused =
                    client.post("/v1/models/reload", model(broken)).expect(503);
            String message = refused.body().at("/error/message").asText();
            assertTrue(message.contains("tiny-qwen2") && message.endsWith("nothing was changed"), message);
            assertEquals(engine, server.engine());
            assertEquals(
                    "succeeded",
                    client.awaitEnd(client.submit(Client.bounded("title", TEXT)))
                            .path("state")
                            .asText());
            assertEquals(good.toString(), client.get("/healthz").text("model_path"));
            JsonNode cold = client.get("/health").expect(200).body();
            assertEquals("healthy", cold.path("status").asText(), cold::toString);
            assertEquals("false", cold.at("/lanes/0/loaded_from_cache").asText(), cold::toString);
            assertTrue(cold.at("/lanes/0/memory_bytes").asLong() > 0, cold::toString);
            JsonNode cached = client.post("/v1/models/reload").expect(200).body();
            assertEquals("true", cached.at("/lanes/0/loaded_from_cache").asText(), cached::toString);
        }
    }

    private static ObjectNode model(Path directory) {
        return Json.MAPPER.createObjectNode().put("model", directory.toString());
    }
}
