package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import io.npuq.worker.models.TinyHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models from a hub, by the command, by Ollama's dialect, and at the first use of their name. */
final class PullIT {
    private static final String TINYLLAMA = "OpenVINO/TinyLlama-1.1B-Chat-v1.0-int4-ov";

    @TempDir
    Path dir;

    private TinyHub hub;
    private Path model;

    @BeforeEach
    void startHub() throws IOException {
        model = TinyModel.below(dir);
        hub = new TinyHub().putAll(TINYLLAMA, model).putAll("acme/tiny", model);
    }

    @AfterEach
    void stopHub() {
        hub.close();
    }

    private Npuq npuq() {
        return Npuq.in(dir.resolve("home")).with("HF_ENDPOINT", hub.url());
    }

    @Test
    void commandFetchesAModelAndListsIt() throws Exception {
        try (ServerProcess pull = npuq().start("pull", "tinyllama")) {
            assertEquals(0, pull.exitCode(), pull::errors);
            String out = pull.output();
            assertTrue(out.contains("  openvino_model.bin  "), out);
            assertTrue(out.contains("sha256:"), out);
        }
        Path pulled = dir.resolve("home/models/tinyllama");
        assertEquals(-1, Files.mismatch(model.resolve("openvino_model.bin"), pulled.resolve("openvino_model.bin")));
        try (ServerProcess models = npuq().start("models")) {
            assertEquals(0, models.exitCode());
            String row = models.output().lines().skip(1).findFirst().orElseThrow();
            assertTrue(row.matches("tinyllama +llm +.* INT4_SYM +2048 +[0-9a-f]{12} .*"), row);
        }
    }

    @Test
    void modelThatTheHubLacksIsOneLineAndExitCode1() throws Exception {
        try (ServerProcess pull = npuq().start("pull", "acme/none")) {
            assertEquals(1, pull.exitCode());
            assertTrue(pull.errors().contains("npuq: there is no model acme/none at " + hub.url()), pull::errors);
        }
    }

    @Test
    void catalogueNameIsFetchedAtItsFirstUse() throws Exception {
        Path name = Path.of("tinyllama");
        try (ServerProcess server = npuq().serveTiny(name, "CPU")) {
            JsonNode health = server.client().get("/healthz").expect(200).body();
            assertEquals("tinyllama", health.path("model").asText(), health::toString);
            assertTrue(server.errors().contains("100%"), server::errors);
        }
    }

    @Test
    void pulledModelCanBeLoadedAndIsDeletedOnlyAfterwards() throws Exception {
        try (ServerProcess server = npuq().serveTiny(model, "CPU")) {
            Client client = server.client();
            List<String> lines = send(server, "POST", "/api/pull", "{\"model\":\"hf.co/acme/tiny\"}")
                    .body()
                    .lines()
                    .toList();
            assertEquals("{\"status\":\"pulling manifest\"}", lines.get(0));
            assertEquals("{\"status\":\"success\"}", lines.get(lines.size() - 1));
            JsonNode tags = client.get("/api/tags").expect(200).body();
            assertEquals("acme/tiny:latest", tags.at("/models/0/name").asText(), tags::toString);
            assertTrue(tags.at("/models/0/digest").asText().matches("[0-9a-f]{64}"), tags::toString);
            JsonNode shown = client.post("/api/show", named("acme/tiny:latest"))
                    .expect(200)
                    .body();
            assertEquals(2048, shown.at("/model_info/qwen2.context_length").asInt(), shown::toString);
            assertTrue(shown.path("template").asText().contains("<|im_start|>"), shown::toString);

            client.post("/v1/models/reload", named("acme/tiny")).expect(200);
            assertEquals(
                    409,
                    send(server, "DELETE", "/api/delete", "{\"model\":\"acme/tiny\"}")
                            .statusCode());
            client.post("/v1/models/reload", named(model.toString())).expect(200);
            assertEquals(
                    200,
                    send(server, "DELETE", "/api/delete", "{\"model\":\"acme/tiny\"}")
                            .statusCode());
            JsonNode left = client.get("/api/tags").expect(200).body().path("models");
            assertEquals(1, left.size(), left::toString);
            assertEquals(model.getFileName() + ":latest", left.at("/0/name").asText(), "what is served is listed");
        }
    }

    private static ObjectNode named(String name) {
        return Json.MAPPER.createObjectNode().put("model", name);
    }

    private static HttpResponse<String> send(ServerProcess server, String method, String path, String body)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }
}
