package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An orderly stop, as a service manager asks for it. */
final class StopIT {
    @TempDir
    Path home;

    @Test
    void theRunningJobEndsNothingIsTakenAndTheNextStartServesTheRest() throws IOException {
        Path model = TinyModel.below(home);
        List<String> queued = new ArrayList<>();
        String running;
        try (ServerProcess server = Npuq.in(home).serveTiny(model, "CPU")) {
            Client client = server.client();
            Child engine = server.engine().freeze();
            running = client.submit(Client.bounded("title", "The mail server in Osaka is slow since noon."));
            client.awaitRunning(running);
            queued.add(client.submit(Client.bounded("summary", "The printer in Berlin lost its disk.")));
            server.terminate();
            Client.Reply refused = submitUntilRefused(client, queued);
            assertEquals(503, refused.status());
            int seconds =
                    Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(seconds >= 1, "Retry-After: " + seconds);
            assertEquals("running", client.job(running).text("state"), "it is let end");
            engine.go();
            assertEquals(0, server.exitCode(), server::errors);
            assertTrue(server.errors().endsWith("npuq has stopped"), server::errors);
            assertThrows(IOException.class, () -> client.get("/healthz"), "nobody listens any more");
            assertTrue(!engine.isAlive(), "its engine is gone too");
        }
        try (ServerProcess server = Npuq.in(home).serveTiny(model, "CPU")) {
            Client client = server.client();
            assertEndedAtOnce(client.job(running).body());
            for (String id : queued) {
                assertEndedAtOnce(client.awaitEnd(id));
            }
        }
    }

    /** The signal takes effect when the server says so; what it takes until then it owes. */
    private static Client.Reply submitUntilRefused(Client client, List<String> taken) throws IOException {
        while (true) {
            Client.Reply reply =
                    client.post("/v1/jobs", Client.bounded("title", "The camera feed in the lab is back."));
            if (reply.status() != 202) {
                return reply;
            }
            taken.add(reply.text("id"));
        }
    }

    private static void assertEndedAtOnce(JsonNode job) {
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        assertEquals(1, job.path("attempt").asInt(), job::toString);
    }
}
