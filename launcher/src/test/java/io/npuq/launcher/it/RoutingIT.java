package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.setup.NpuqHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two lanes on one queue, and every reason why a job ran where it ran: in headers, in evidence, in the queue's counts and in metrics. The
 * NPU's lane runs its own code path, by the test override.
 */
final class RoutingIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    /** The tiny model's tokenizer knows few words: these are about as many tokens as characters. */
    private static final String STRANGE = "qzxj ";

    private static final int NPU_TOKENS_MAX = 256;

    /** The tiny model's positions, but for one. */
    private static final int CPU_TOKENS_MAX = 2_047;

    @TempDir
    Path home;

    @Test
    void everyReasonOfTwoLanesThatServe() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = twoLanes(counter, TinyModel.talkative(home), "--spill-after", "1s")) {
            Client client = server.client();
            loaded(server);
            assertEquals(List.of("npu main serving 256", "cpu fallback serving 2047"), lanes(client));
            long longMs = runs(client, longJob(), "requested", TestOverride.DEVICE)
                    .at("/evidence/timing_ms/generate")
                    .asLong();
            runs(client, Client.bounded("title", TEXT), "within_limit", TestOverride.DEVICE);
            JsonNode tooLong = runs(client, Client.bounded("title", STRANGE.repeat(200)), "prompt_too_long", "CPU");
            assertEquals(1, tooLong.path("attempt").asInt(), "it was counted when it came, and not tried on the NPU");
            assertRefused(client, Client.bounded("title", STRANGE.repeat(1_000)), CPU_TOKENS_MAX);
            assertRefused(client, Client.bounded("title", STRANGE.repeat(200)).put("device", "npu"), NPU_TOKENS_MAX);
            client.awaitRunning(client.submit(longJob()));
            runs(client, Client.bounded("title", TEXT).put("device", "any"), "npu_saturated", "CPU");
            List<String> backlog = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                backlog.add(client.submit(longJob()));
            }
            runs(client, Client.bounded("title", TEXT), "spill", "CPU");
            ObjectNode urgent = Client.bounded("title", TEXT)
                    .put("deadline_ms", Math.max(50, longMs / 2))
                    .put("deadline_mode", "best_effort");
            runs(client, urgent, "deadline_at_risk", "CPU");
            for (String id : backlog) {
                client.post("/v1/jobs/" + id + "/cancel").expect(200);
            }
        }
    }

    @Test
    void promptThatNobodyCouldCountComesBackFromTheNpu() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = twoLanes(counter, TinyModel.below(home), "--spill-after", "10m")) {
            Client client = server.client();
            String id = client.submit(Client.bounded("title", STRANGE.repeat(200)));
            assertRan(client, id, "prompt_too_long", "CPU");
            loaded(server);
            String strict = client.submit(Client.bounded("title", TEXT).put("device", "npu"));
            assertRan(client, strict, "requested", TestOverride.DEVICE);
        }
    }

    @Test
    void whereThereIsNoNpuTheCpuTakesWhatDoesNotInsistOnIt() throws Exception {
        assumeFalse(Files.exists(Path.of("/sys/class/accel/accel0")), "this machine has an accelerator");
        try (ServerProcess server = Npuq.in(home)
                .serve(arguments(TinyModel.below(home), "--contract-fallback").toArray(String[]::new))) {
            Client client = server.client();
            server.awaitLine("there is no NPU");
            server.awaitLine("is loaded on CPU");
            runs(client, Client.bounded("title", TEXT), "npu_unavailable", "CPU");
            assertEquals("npu main unavailable 256", lanes(client).get(0));
            Client.Reply contract = client.post("/v1/worker/generate", Client.worker("title", TEXT))
                    .expect(200);
            assertEquals(Optional.of("npu_unavailable"), contract.headers().firstValue("X-NPU-Proxy-Fallback-Reason"));
            String insists = client.submit(Client.bounded("title", TEXT)
                    .put("device", "npu")
                    .put("deadline_ms", 300)
                    .put("deadline_mode", "best_effort"));
            assertEquals("expired", client.awaitEnd(insists).path("state").asText());
        }
    }

    /** A model that was made from GGUF does not compile for the NPU. */
    @Test
    void whereTheModelDoesNotLoadOnTheNpuTheCpuTakesItsJobs() throws Exception {
        TestRuntime.openVino();
        Path shared = NpuqHome.resolve(System.getenv()).dir();
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = Npuq.in(shared)
                        .withJvmOption(new TestOverride(counter.file()).jvmOption())
                        .serve(
                                "--lanes",
                                "NPU,CPU",
                                "--data",
                                home.resolve("data").toString())) {
            Client client = server.client();
            server.awaitLine("smollm2-135m-instruct is loaded on CPU");
            server.awaitLine("a new engine is started in");
            runs(client, Client.bounded("title", TEXT), "load_failed", "CPU");
            assertTrue(lanes(client).get(0).startsWith("npu main load_failed"), () -> "" + server.errors());
        }
    }

    private ServerProcess twoLanes(Counter counter, Path model, String... more) {
        return Npuq.in(home)
                .withJvmOption(new TestOverride(counter.file()).jvmOption())
                .serve(arguments(model, more).toArray(String[]::new));
    }

    private static List<String> arguments(Path model, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--model",
                model.toString(),
                "--openvino",
                TestRuntime.openVino().toString(),
                "--lanes",
                "NPU,CPU",
                "--max-prompt-len",
                Integer.toString(NPU_TOKENS_MAX),
                "--min-response-len",
                "1024"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static void loaded(ServerProcess server) {
        server.awaitLine("is loaded on NPU");
        server.awaitLine("is loaded on CPU");
    }

    /** Runs for as many tokens as a job may. */
    private static ObjectNode longJob() {
        return Client.chat(TEXT, 1_024).put("device", "npu");
    }

    private static JsonNode runs(Client client, ObjectNode job, String reason, String device) throws IOException {
        return assertRan(client, client.submit(job), reason, device);
    }

    private static JsonNode assertRan(Client client, String id, String reason, String device) throws IOException {
        JsonNode job = client.awaitEnd(id);
        assertEquals(reason, job.at("/evidence/route_reason").asText(), job::toString);
        assertEquals(device, job.at("/evidence/device_actual").asText(), job::toString);
        Client.Reply reply = client.job(id);
        assertEquals(Optional.of(reason), header(reply, "Route-Reason"));
        assertEquals(Optional.of(device), header(reply, "Execution-Device"));
        boolean fellBack = device.equals("CPU");
        assertEquals(fellBack ? Optional.of(reason) : Optional.empty(), header(reply, "Fallback-Reason"));
        JsonNode queue = client.get("/v1/queue").expect(200).body();
        assertTrue(queue.path("routed").path(reason).asLong() > 0, queue::toString);
        String lane = fellBack ? "cpu" : "npu";
        String metrics = client.text("/metrics");
        assertCounted(metrics, "npuq_routed_total{lane=\"" + lane + "\",reason=\"" + reason + "\"}");
        if (fellBack) {
            assertCounted(metrics, "npuq_spilled_total{reason=\"" + reason + "\"}");
        }
        return job;
    }

    private static void assertCounted(String metrics, String series) {
        String line = metrics.lines()
                .filter(it -> it.startsWith(series + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series));
        assertTrue(Double.parseDouble(line.substring(series.length())) > 0, line);
    }

    private static Optional<String> header(Client.Reply reply, String name) {
        return reply.headers().firstValue("X-NPU-Proxy-" + name);
    }

    private static void assertRefused(Client client, ObjectNode job, int most) throws IOException {
        Client.Reply refused = client.post("/v1/jobs", job).expect(400);
        String message = refused.body().at("/error/message").asText();
        assertEquals("prompt_too_long", refused.body().at("/error/code").asText(), message);
        assertTrue(message.matches("the prompt has \\d+ tokens, and at most " + most + " are taken .*"), message);
    }

    private static List<String> lanes(Client client) throws IOException {
        List<String> lanes = new ArrayList<>();
        for (JsonNode lane : client.get("/v1/queue").expect(200).body().path("lanes")) {
            lanes.add(String.join(
                    " ",
                    lane.path("lane").asText(),
                    lane.path("role").asText(),
                    lane.path("condition").asText(),
                    lane.path("prompt_tokens_max").asText()));
        }
        return lanes;
    }
}
