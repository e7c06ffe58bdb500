package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that does not load costs no job: the server says what is wrong, jobs wait, and run once the model is mended. */
final class BrokenModelIT {
    @TempDir
    Path home;

    @Test
    void jobsWaitForAModelWhoseWeightsAreCutAndRunWhenItIsMended() throws IOException {
        Path model = TinyModel.below(home);
        Path weights = model.resolve("openvino_model.bin");
        byte[] whole = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(whole, whole.length / 3));
        try (ServerProcess server = serve(model)) {
            assertNamesTheModel(server.awaitLine("a new engine is started in"));
            Client client = server.client();
            assertNotOk(client);
            String id = client.submit(Client.bounded("title", "The mail server in Osaka is slow since noon."));
            assertEquals("queued", client.job(id).text("state"));
            Files.write(weights, whole);
            server.awaitLine("tiny-qwen2 is loaded on CPU");
            assertEquals("succeeded", client.awaitEnd(id).path("state").asText());
            assertTrue(client.get("/healthz").body().path("ok").asBoolean());
        }
    }

    @Test
    void aModelThatIsNoXmlLeavesTheServerUpAndDeadlinesAndStopsInForce() throws IOException {
        Path model = TinyModel.below(home);
        Files.writeString(model.resolve("openvino_model.xml"), "this is no model");
        try (ServerProcess server = serve(model)) {
            assertNamesTheModel(server.awaitLine("a new engine is started in"));
            Client client = server.client();
            assertNotOk(client);
            String late = client.submit(Client.bounded("title", "The mail server in Osaka is slow since noon.")
                    .put("deadline_ms", 500));
            assertEquals("expired", client.awaitEnd(late).path("state").asText());
            String unwanted = client.submit(Client.bounded("title", "The camera feed in the lab is back."));
            client.post("/v1/jobs/" + unwanted + "/cancel").expect(200);
            assertEquals("cancelled", client.awaitEnd(unwanted).path("state").asText());
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
    }

    private ServerProcess serve(Path model) {
        return Npuq.in(home).serve(Npuq.tiny(model, "CPU").toArray(String[]::new));
    }

    private static void assertNamesTheModel(String line) {
        assertTrue(line.contains("\"tiny-qwen2\"") && line.contains("npuq pull"), line);
    }

    private static void assertNotOk(Client client) throws IOException {
        Client.Reply health = client.get("/healthz").expect(200);
        assertFalse(health.body().path("ok").asBoolean(), health::toString);
        assertFalse(health.body().path("loaded").asBoolean(), health::toString);
        assertEquals(Json.MAPPER.nullNode(), health.body().path("initial_load_ms"), health::toString);
    }
}
