package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.remote.TestUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane on another server, where this machine has no NPU. */
final class RemoteIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    @TempDir
    Path home;

    @Test
    void anotherServerTakesWhatDoesNotInsistOnTheNpu() throws Exception {
        assumeFalse(Files.exists(Path.of("/sys/class/accel/accel0")), "this machine has an accelerator");
        try (TestUpstream upstream = new TestUpstream();
                ServerProcess server = Npuq.in(home)
                        .with("NPUQ_REMOTE_KEY", "secret-key")
                        .serve(
                                "--model",
                                TinyModel.below(home).toString(),
                                "--openvino",
                                TestRuntime.openVino().toString(),
                                "--lanes",
                                "NPU,REMOTE",
                                "--remote-url",
                                upstream.base().toString(),
                                "--remote-model",
                                "large")) {
            upstream.then(TestUpstream.stream(List.of("Slow mail ", "server"), "stop"));
            Client client = server.client();
            String insists = client.submit(
                    Client.bounded("title", TEXT).put("device", "npu").put("deadline_ms", 1_000));

            JsonNode ran = client.awaitEnd(client.submit(Client.bounded("title", TEXT)));

            assertEquals("Slow mail server", ran.at("/result/text").asText(), ran::toString);
            assertEquals(21, ran.at("/result/usage/prompt_tokens").asInt());
            assertEquals("large", ran.at("/evidence/model").asText());
            assertTrue(ran.at("/evidence/device_actual").asText().startsWith("remote 127.0.0.1:"));
            assertEquals("npu_unavailable", ran.at("/evidence/route_reason").asText());
            assertEquals("fallback", ran.at("/evidence/verdict").asText());
            assertEquals("expired", client.awaitEnd(insists).path("state").asText());
            assertEquals(1, upstream.bodies.size(), "a job that says npu stays here");
            assertEquals("Bearer secret-key", upstream.keys.take());
            assertFalse(server.errors().contains("secret-key"));
        }
    }
}
