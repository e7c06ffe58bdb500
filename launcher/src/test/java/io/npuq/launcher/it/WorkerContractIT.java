package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The bounded worker contract with a real model on the CPU: what is not proven on the NPU is a 503, unless fallback is allowed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkerContractIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    /** The contract's keys, in its order. */
    static final List<String> KEYS = List.of(
            "model",
            "device",
            "job",
            "text",
            "json",
            "timing_ms",
            "npu_busy_delta_us",
            "npu_busy_before_us",
            "npu_busy_after_us",
            "cache_dir");

    @TempDir
    static Path home;

    private Path model;
    private ServerProcess server;
    private Client client;

    @BeforeAll
    void serve() throws IOException {
        model = TinyModel.below(home);
        server = Npuq.in(home).serveTiny(model, "CPU");
        client = server.client();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void onTheCpuTheAnswerIsA503WithPayloadDeviceAndError() throws IOException {
        for (String job : List.of("title", "summary", "notification", "memory_candidate")) {
            Client.Reply reply =
                    client.post("/v1/worker/generate", Client.worker(job, TEXT)).expect(503);
            assertEquals(with("device_actual", "error"), reply.keys());
            assertEquals(job, reply.text("job"));
            assertEquals("CPU", reply.text("device_actual"));
            assertTrue(reply.text("error").contains("not run on the NPU but on CPU"), reply::toString);
            assertFalse(reply.text("text").isBlank(), reply::toString);
            assertTrue(reply.body().path("npu_busy_delta_us").isNull(), reply::toString);
        }
    }

    @Test
    void theImpliedJobsAnswerObjects() throws IOException {
        var input = Client.worker("", TEXT).without(List.of("job"));
        Client.Reply notification = client.post("/v1/worker/condense-notification", input);
        assertEquals("notification", notification.expect(503).text("job"));
        assertEquals(
                List.of("severity", "category", "summary", "action_needed"),
                notification.body().path("json").properties().stream()
                        .map(java.util.Map.Entry::getKey)
                        .toList());
        Client.Reply candidates = client.post("/v1/worker/extract-memory-candidates", input);
        assertEquals("memory_candidate", candidates.expect(503).text("job"));
        assertTrue(candidates.body().at("/json/candidates").isArray(), candidates::toString);
    }

    @Test
    void withContractFallbackTheSameIsA200WithoutError() throws IOException {
        Path other = home.resolve("other");
        try (ServerProcess lenient = Npuq.in(other).serveTiny(model, "CPU", "--contract-fallback")) {
            Client.Reply reply = lenient.client()
                    .post("/v1/worker/generate", Client.worker("title", TEXT))
                    .expect(200);
            assertEquals(with("device_actual"), reply.keys());
            assertEquals("CPU", reply.text("device_actual"));
            assertEquals(
                    List.of("load", "initial_load", "generate", "total"),
                    reply.body().path("timing_ms").properties().stream()
                            .map(java.util.Map.Entry::getKey)
                            .toList());
            assertEquals(0.0, reply.body().at("/timing_ms/load").asDouble(), "warm");
            assertTrue(reply.body().at("/timing_ms/initial_load").asDouble() > 0, reply::toString);
        }
    }

    @Test
    void healthHasExactlyTheKeysOfTheContract() throws IOException {
        Client.Reply health = client.get("/healthz").expect(200);
        assertEquals(
                List.of(
                        "ok",
                        "model",
                        "model_path",
                        "device",
                        "cache_dir",
                        "cache_exists",
                        "loaded",
                        "initial_load_ms",
                        "busy_time_us",
                        "max_input_chars",
                        "jobs",
                        "bind"),
                health.keys());
        assertTrue(health.body().path("ok").asBoolean(), health::toString);
        assertEquals(model.toString(), health.text("model_path"));
        assertEquals("CPU", health.text("device"));
        assertEquals(server.url(), "http://" + health.text("bind"));
    }

    @Test
    void badRequestsAreAnsweredAndTheServerGoesOn() throws IOException {
        client.postRaw("/v1/worker/generate", "{\"job\":").expect(400);
        client.post("/v1/worker/generate", Client.worker("poem", TEXT)).expect(400);
        client.post("/v1/worker/generate", Client.worker("title", "")).expect(400);
        client.post("/v1/worker/generate", Client.worker("title", "x".repeat(6001)))
                .expect(400);
        client.post("/v1/worker/generate", Client.worker("title", TEXT).put("max_new_tokens", 0))
                .expect(400);
        assertEquals("not found", client.get("/nowhere").expect(404).text("error"));
        client.get("/v1/worker/generate").expect(405);
        client.get("/healthz").expect(200);
    }

    /** The contract's keys and these, in order. */
    static List<String> with(String... more) {
        return Stream.concat(KEYS.stream(), Stream.of(more)).toList();
    }
}
