package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings from HTTP to the model and back, beside generation on another lane. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddingIT {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    static Path home;

    private ServerProcess server;
    private Client client;

    @BeforeAll
    void serve() throws IOException {
        server = Npuq.in(home)
                .serveTiny(
                        TinyModel.talkative(home),
                        "CPU",
                        "--busy-counter",
                        Files.writeString(home.resolve("busy"), "1000").toString(),
                        "--embedding-model",
                        TinyEncoder.below(home).toString());
        server.awaitLine("tiny-qwen2 is loaded on");
        server.awaitLine("tiny-encoder is loaded on CPU");
        client = server.client();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void vectorsAreThoseOfPyTorchAndTheEvidenceSaysWhatRan() throws IOException {
        List<JsonNode> references = TinyEncoder.references().stream()
                .filter(reference -> !reference.path("text").asText().isEmpty())
                .toList();
        JsonNode job = client.awaitEnd(client.submit(embedding(references.stream()
                .map(reference -> reference.path("text").asText())
                .toList())));

        assertEquals("succeeded", job.path("state").asText(), job::toString);
        JsonNode result = job.path("result");
        assertEquals(references.size(), result.path("embeddings").size());
        for (int i = 0; i < references.size(); i++) {
            assertNear(
                    references.get(i).path("embedding"),
                    result.path("embeddings").get(i));
        }
        int tokens = references.stream()
                .mapToInt(reference -> reference.path("ids").size())
                .sum();
        assertEquals(tokens, result.at("/usage/prompt_tokens").asInt());
        assertEquals(0, result.at("/usage/completion_tokens").asInt(-1));
        assertEquals(
                "[" + (references.size() - 1) + "]", result.path("truncated").toString());
        assertEquals(0, result.path("cached").asInt(-1));

        JsonNode evidence = job.path("evidence");
        assertEquals("tiny-encoder", evidence.path("model").asText());
        assertEquals(64, evidence.path("model_digest").asText().length());
        assertEquals("CPU", evidence.path("device_requested").asText());
        assertEquals("CPU", evidence.path("device_actual").asText());
        assertEquals("requested", evidence.path("route_reason").asText());
        assertEquals("fallback", evidence.path("verdict").asText());
        assertEquals(tokens, evidence.path("prompt_tokens").asInt());
        assertEquals(0, evidence.path("completion_tokens").asInt(-1));
        assertTrue(evidence.at("/timing_ms/generate").asDouble() > 0, evidence::toString);
        assertTrue(evidence.at("/timing_ms/time_to_first_token").isNull(), evidence::toString);
        assertTrue(evidence.path("npu_busy_before_us").isNull(), "the NPU has no part in it");
    }

    private static void assertNear(JsonNode expected, JsonNode actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).asDouble(), actual.get(i).asDouble(), TOLERANCE);
        }
    }

    @Test
    void aTextThatIsKnownIsAnsweredAtOnceAndTheRecordSaysThatNothingRan() throws IOException {
        List<String> texts = List.of("The disk is full.", "The disk is new.");
        JsonNode computed = client.awaitEnd(client.submit(embedding(texts)));
        JsonNode known = client.post("/v1/jobs", embedding(texts)).expect(202).body();

        assertEquals("succeeded", known.path("state").asText(), known::toString);
        assertEquals(computed.at("/result/embeddings"), known.at("/result/embeddings"));
        assertEquals(2, known.at("/result/cached").asInt());
        assertEquals("cached", known.at("/evidence/verdict").asText());
        assertTrue(known.at("/evidence/device_actual").isNull(), known::toString);
        Client.Reply again = client.job(known.path("id").asText());
        assertEquals(known, again.body());
        assertTrue(again.headers().firstValue("X-NPU-Proxy-Device").isEmpty(), "no device had a part in it");
        Client.Reply ran = client.job(computed.path("id").asText());
        assertEquals(
                "CPU", ran.headers().firstValue("X-NPU-Proxy-Routed-Device").orElseThrow());
        assertTrue(ran.headers().firstValue("X-NPU-Proxy-Fallback-Reason").isEmpty(), "it ran where it belongs");
    }

    @Test
    void embeddingsDoNotWaitForTheGenerationThatRuns() throws IOException {
        String chat = client.submit(Client.chat("The mail server in Osaka is slow since noon.", 1_024));
        client.awaitRunning(chat);
        JsonNode job = client.awaitEnd(client.submit(embedding(List.of("The mail server is slow."))));
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        assertEquals("running", client.job(chat).text("state"));
        client.post("/v1/jobs/" + chat + "/cancel").expect(200);
        client.awaitEnd(chat);
    }

    @Test
    void killedInMidJobItRunsAgainAndTheLaneForGenerationStays() throws IOException {
        List<String> texts =
                IntStream.range(0, 600).mapToObj(i -> "disk ".repeat(70) + i).toList();
        String id = client.submit(embedding(texts));
        client.awaitRunning(id);
        server.engine("--embedding").kill();
        JsonNode job = client.awaitEnd(id);
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        assertEquals(2, job.path("attempt").asInt());
        assertEquals(2, job.at("/evidence/attempt").asInt());
        assertEquals(texts.size(), job.at("/result/embeddings").size());
        JsonNode title =
                client.awaitEnd(client.submit(Client.bounded("title", "x").put("max_new_tokens", 2)));
        assertEquals(1, title.path("attempt").asInt(), title::toString);
    }

    @Test
    void aModelThatIsNotThereStopsTheStart() {
        Path other = home.resolve("other");
        try (ServerProcess broken = Npuq.in(other)
                .startServe(
                        "--device",
                        "BUILTIN",
                        "--embedding-model",
                        other.resolve("none").toString())) {
            assertEquals(1, broken.exitCode(), broken::errors);
            assertTrue(broken.errors().contains("there is no directory " + other.resolve("none")), broken::errors);
            assertTrue(broken.errors().contains("--embedding-model"), broken::errors);
        }
    }

    private static ObjectNode embedding(List<String> texts) {
        ObjectNode job = Json.MAPPER.createObjectNode().put("kind", "embedding");
        ArrayNode input = job.putArray("input");
        texts.forEach(input::add);
        return job;
    }
}
