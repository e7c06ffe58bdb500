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
        return Npuq.in(home)
                .withJvmOption(new TestOverride(counter.file()).jvmOption())
                .serveTiny(TinyModel.below(home), "NPU");
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
