package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.engine.TestOverride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The NPU's code path, by the test override; and that without the override nothing but an NPU can pass for one. */
final class NpuPathIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    @TempDir
    Path home;

    @Test
    void aGrowingCounterVerifiesTheNpuAndEveryDeviceNameTellsTheOverride() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = overridden(counter)) {
            Client client = server.client();
            counter.grow();
            Client.Reply reply = client.post("/v1/worker/generate", Client.worker("title", TEXT))
                    .expect(200);
            counter.close();
            assertEquals(WorkerContractIT.KEYS, reply.keys());
            long before = reply.body().path("npu_busy_before_us").asLong();
            long after = reply.body().path("npu_busy_after_us").asLong();
            long delta = reply.body().path("npu_busy_delta_us").asLong();
            assertTrue(delta > 0, reply::toString);
            assertEquals(after - before, delta, reply::toString);
            assertWritten(before, counter);
            assertWritten(after, counter);
            assertEquals(TestOverride.DEVICE, reply.text("device"));
            JsonNode evidence = evidence(client, reply);
            assertEquals("npu_verified", evidence.path("verdict").asText(), evidence::toString);
            assertEquals(TestOverride.DEVICE, evidence.path("device_requested").asText());
            assertEquals(TestOverride.DEVICE, evidence.path("device_actual").asText());
            assertEquals(delta, evidence.path("npu_busy_delta_us").asLong(), evidence::toString);
            Client.Reply health = client.get("/healthz").expect(200);
            assertEquals(TestOverride.DEVICE, health.text("device"));
            assertEquals(counter.busyUs(), health.body().path("busy_time_us").asLong());
            assertTrue(server.errors().contains("TEST OVERRIDE: the NPU's code path runs on the CPU"), server::errors);
            assertTrue(server.errors().contains(counter.file().toString()), server::errors);
        }
    }

    /**
     * The test reads the counter itself, as an operator would beside the server: right before it asks, and right behind the end. The
     * counter grows once in between, while the engine is held in mid-generation.
     */
    @Test
    void theEvidenceIsWhatSomebodyElseReadsOfTheCounter() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = overridden(counter, TinyModel.talkative(home), "--fallback-device", "none")) {
            Client client = server.client();
            JsonNode first = ranWhile(counter, server, client, 38_017);
            assertEquals("npu_verified", first.path("verdict").asText(), first::toString);
            counter.grow(500);
            JsonNode second = ranWhile(counter, server, client, 1);
            assertEquals("npu_verified", second.path("verdict").asText(), second::toString);
            assertFalse(second.path("npu_busy_quiet").asBoolean(true), "the 500 us were somebody else's");
            JsonNode third = ranWhile(counter, server, client, 0);
            assertEquals("npu_unproven", third.path("verdict").asText(), third::toString);
            assertTrue(
                    client.text("/metrics").lines().anyMatch("npuq_npu_busy_seconds_total 0.038018"::equals),
                    "what the counter grew by between jobs is no job's");
        }
    }

    /** Has a job run, and the counter grow by so much meanwhile; its evidence must be what the file said from outside. */
    private static JsonNode ranWhile(Counter counter, ServerProcess server, Client client, long growthUs)
            throws IOException {
        long before = read(counter);
        String id = client.submit(Client.chat(TEXT, 1_024));
        client.awaitText(id);
        Child engine = server.engine().freeze();
        counter.grow(growthUs);
        assertEquals("running", client.job(id).text("state"), "the engine is held in mid-generation");
        engine.go();
        JsonNode job = client.awaitEnd(id);
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        JsonNode evidence = job.path("evidence");
        assertEquals(before, evidence.path("npu_busy_before_us").asLong(), evidence::toString);
        assertEquals(read(counter), evidence.path("npu_busy_after_us").asLong(), evidence::toString);
        assertEquals(growthUs, evidence.path("npu_busy_delta_us").asLong(-1), evidence::toString);
        return evidence;
    }

    private static long read(Counter counter) throws IOException {
        return Long.parseLong(Files.readString(counter.file()).strip());
    }

    @Test
    void aCounterThatStandsStillLeavesTheNpuUnproven() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = overridden(counter)) {
            Client client = server.client();
            Client.Reply reply = client.post("/v1/worker/generate", Client.worker("title", TEXT))
                    .expect(503);
            assertEquals(WorkerContractIT.with("error"), reply.keys());
            assertTrue(reply.text("error").contains("did not grow"), reply::toString);
            assertFalse(reply.text("text").isBlank(), "the text is there to be looked at");
            assertEquals(
                    Counter.FIRST_US, reply.body().path("npu_busy_before_us").asLong());
            assertEquals(0, reply.body().path("npu_busy_delta_us").asLong(-1));
            assertEquals("npu_unproven", evidence(client, reply).path("verdict").asText());
        }
    }

    @Test
    void aGrowingCounterDoesNotMakeTheCpuAnNpu() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = Npuq.in(home)
                        .serveTiny(
                                TinyModel.below(home),
                                "CPU",
                                "--busy-counter",
                                counter.file().toString())) {
            Client client = server.client();
            counter.grow();
            Client.Reply reply = client.post("/v1/worker/generate", Client.worker("title", TEXT))
                    .expect(503);
            assertEquals("CPU", reply.text("device_actual"));
            assertEquals("fallback", evidence(client, reply).path("verdict").asText());
        }
    }

    @Test
    void withoutThePropertyTheNpuPathDoesNotRunOnTheCpu() throws Exception {
        assumeFalse(Files.exists(Path.of("/sys/class/accel/accel0")), "this machine has an accelerator");
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = Npuq.in(home)
                        .with("NPUQ_TEST_NPU_ON_CPU", counter.file().toString())
                        .with("NPUW_DEVICES", "CPU")
                        .serve(Npuq.tiny(TinyModel.below(home), "NPU").toArray(String[]::new))) {
            assertTrue(server.awaitLine("there is no NPU").contains("OpenVINO finds"), server::errors);
            Client client = server.client();
            assertFalse(client.get("/healthz").body().path("ok").asBoolean());
            String id = client.submit(
                    Client.bounded("title", TEXT).put("device", "npu").put("deadline_ms", 500));
            JsonNode job = client.awaitEnd(id);
            assertEquals("expired", job.path("state").asText(), job::toString);
            assertFalse(server.errors().contains("TEST OVERRIDE"), server::errors);
        }
    }

    private ServerProcess overridden(Counter counter) throws IOException {
        return overridden(counter, TinyModel.below(home));
    }

    private ServerProcess overridden(Counter counter, Path model, String... arguments) {
        return Npuq.in(home)
                .withJvmOption(new TestOverride(counter.file()).jvmOption())
                .serveTiny(model, "NPU", arguments);
    }

    private static JsonNode evidence(Client client, Client.Reply reply) throws IOException {
        String id = reply.headers().firstValue("X-Npuq-Job-Id").orElseThrow();
        return client.job(id).body().path("evidence");
    }

    private static void assertWritten(long reading, Counter counter) {
        assertEquals(0, (reading - Counter.FIRST_US) % Counter.STEP_US, "a number that the file never said");
        assertTrue(reading >= Counter.FIRST_US && reading <= counter.busyUs(), "a number that the file never said");
    }
}
