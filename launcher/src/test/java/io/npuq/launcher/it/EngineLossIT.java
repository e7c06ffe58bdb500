package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An engine that dies, hangs or is told to stop costs its attempt, never the server; and so does a client that goes away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EngineLossIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    @TempDir
    static Path home;

    private Path model;
    private ServerProcess server;
    private Client client;

    @BeforeAll
    void serve() throws IOException {
        model = TinyModel.talkative(home);
        server = Npuq.in(home).serveTiny(model, "CPU");
        client = server.client();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void killedInMidGenerationTheSameJobRunsAgainAsItsSecondAttempt() throws IOException {
        runOne();
        String id = client.submit(Client.chat(TEXT, 400));
        client.awaitRunning(id);
        server.engine().kill();
        JsonNode job = client.awaitEnd(id);
        assertEquals("succeeded", job.path("state").asText(), job::toString);
        assertEquals(2, job.path("attempt").asInt(), job::toString);
        assertEquals(2, job.at("/evidence/attempt").asInt(), job::toString);
        assertEquals(400, job.at("/result/usage/completion_tokens").asInt(), job::toString);
        assertTrue(server.isAlive());
    }

    @Test
    void aCancelledJobStopsAtItsNextTokenAndTheEngineStays() throws IOException {
        runOne();
        Child engine = server.engine();
        String id = client.submit(Client.chat(TEXT, 1024));
        client.awaitRunning(id);
        client.post("/v1/jobs/" + id + "/cancel").expect(200);
        JsonNode job = client.awaitEnd(id);
        assertEquals("cancelled", job.path("state").asText(), job::toString);
        assertEquals("cancelled", job.at("/error/code").asText(), job::toString);
        assertTrue(job.at("/result/usage/completion_tokens").asInt(0) < 1024, job::toString);
        runOne();
        assertEquals(engine, server.engine());
    }

    @Test
    void aClientThatGoesAwayCancelsItsJob() throws IOException {
        runOne();
        server.engine().freeze();
        String id;
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
            byte[] body = Client.worker("summary", TEXT).toString().getBytes(StandardCharsets.UTF_8);
            String head = "POST /v1/worker/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            id = client.awaitAnyRunning();
        }
        JsonNode job = client.awaitEnd(id);
        assertEquals("cancelled", job.path("state").asText(), job::toString);
        runOne();
    }

    @Test
    void aHangingEngineEndsAtTheInferenceTimeoutAndTheNextJobRuns() throws IOException {
        Path other = home.resolve("other");
        try (ServerProcess impatient = Npuq.in(other).serveTiny(model, "CPU", "--inference-timeout", "5s")) {
            Client asking = impatient.client();
            Child engine = impatient.engine().freeze();
            String hanging = asking.submit(Client.bounded("title", TEXT));
            String next = asking.submit(Client.bounded("title", TEXT));
            JsonNode job = asking.awaitEnd(hanging);
            assertEquals("failed", job.path("state").asText(), job::toString);
            assertEquals("timeout", job.at("/error/code").asText(), job::toString);
            assertFalse(engine.isAlive(), "an engine that does not stop is ended");
            JsonNode after = asking.awaitEnd(next);
            assertEquals("succeeded", after.path("state").asText(), after::toString);
            assertEquals(1, after.path("attempt").asInt(), after::toString);
        }
    }

    /** Runs a short job, so that an engine is loaded and nothing else runs. */
    private void runOne() throws IOException {
        String id = client.submit(Client.bounded("title", TEXT).put("max_new_tokens", 4));
        assertEquals("succeeded", client.awaitEnd(id).path("state").asText());
    }
}
