package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A backup taken under load is a queue of its own, and a kill in the middle of one costs nothing. */
final class BackupIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon, and Maria has to restart it.";
    private static final String SECRET = "the heron lands at noon";
    private static final int CLIENTS = 2;

    /** Acknowledged before the backup begins. */
    private static final int JOBS_BEFORE = 150;

    private static final int LINES = 3;

    /** More than the connection of a client that does not read takes in. */
    private static final int LARGE_JOBS = 60;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    @Test
    void backupTakenUnderLoadHoldsEveryJobThatWasAcknowledgedBeforeIt() throws Exception {
        Set<String> acknowledged = new LinkedHashSet<>();
        Set<String> before;
        Map<String, JsonNode> endedBefore = new HashMap<>();
        Path backup = home.resolve("backup");
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            List<Thread> clients = Stream.generate(() -> new Thread(() -> load(server.client(), acknowledged)))
                    .limit(CLIENTS)
                    .toList();
            clients.forEach(Thread::start);
            before = awaitAtLeast(acknowledged, JOBS_BEFORE);
            for (String id : before) {
                JsonNode job = server.client().job(id).body();
                if (Client.isFinal(job)) {
                    endedBefore.put(id, job);
                }
            }
            String said = Npuq.in(home).run("backup", backup.toString(), "--url", server.url());
            assertTrue(said.startsWith("backed up to " + backup), said);
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
        }
        assertTrue(acknowledged.size() > before.size(), "nothing came in while the backup was taken");
        assertTrue(!endedBefore.isEmpty(), "no job had ended");
        assertEndsOk(Npuq.in(home).run("journal", "check"));
        Path data = home.resolve("restored");
        Npuq.in(home).run("restore", backup.toString(), "--data", data.toString());
        assertEndsOk(Npuq.in(home).run("journal", "check", "--data", data.toString()));
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN", "--data", data.toString())) {
            for (String id : before) {
                JsonNode job = server.client().awaitEnd(id);
                assertEquals("succeeded", job.path("state").asText(), job::toString);
                assertEquals(endedBefore.getOrDefault(id, job), job);
            }
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
        JournalWalk walk = JournalWalk.of(data);
        assertEquals(List.of(), walk.violations());
        assertEquals(0, walk.doubled());
        assertTrue(Npuq.in(home)
                .run("journal", "rebuild-index", "--data", data.toString())
                .startsWith("built the index of " + walk.entries() + " entries"));
        assertEndsOk(Npuq.in(home).run("journal", "check", "--data", data.toString()));
    }

    @Test
    void killedInMidBackupItLosesNothingAndErasesAtTheNextStart() throws Exception {
        Path data = home.resolve("data");
        Set<String> acknowledged = new LinkedHashSet<>();
        String secret;
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            Client client = server.client();
            client.post("/v1/queue/pause").expect(200);
            secret = client.submit(Client.bounded("title", SECRET));
            for (int i = 0; i < LARGE_JOBS; i++) {
                acknowledged.add(client.submit(Client.chat(TEXT.repeat(5_000), 16)));
            }
            try (InputStream unread = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url() + "/v1/queue/backup"))
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofInputStream())
                    .body()) {
                client.post("/v1/queue/backup").expect(409);
                client.post("/v1/jobs/" + secret + "/cancel").expect(200);
                acknowledged.add(client.submit(Client.bounded("title", TEXT)));
                assertTrue(unread.read() >= 0);
                server.kill();
            }
            assertTrue(anyFileHolds(data, SECRET), "a backup that is being taken needs it still");
        }
        assertEndsOk(Npuq.in(home).run("journal", "check"));
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            assertFalse(anyFileHolds(data, SECRET));
            assertEquals("cancelled", server.client().job(secret).text("state"));
            for (String id : acknowledged) {
                assertEquals("queued", server.client().job(id).text("state"));
            }
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
        assertEndsOk(Npuq.in(home).run("journal", "check"));
    }

    @Test
    void aBatchGoesOnInTheRestoredQueue() throws Exception {
        Path model = TinyModel.below(home);
        Path backup = home.resolve("backup");
        String batch;
        try (ServerProcess server = Npuq.in(home).serve(Npuq.tiny(model, "CPU").toArray(String[]::new))) {
            Client client = server.client();
            client.post("/v1/queue/pause").expect(200);
            String lines = IntStream.range(0, LINES)
                    .mapToObj(i -> "{\"custom_id\":\"line " + i + "\",\"method\":\"POST\",\"url\":\"/v1/completions\","
                            + "\"body\":{\"prompt\":\"Title: text " + i + "\",\"max_tokens\":4}}\n")
                    .collect(Collectors.joining());
            ObjectNode request = Json.MAPPER.createObjectNode();
            request.put("input_file_id", client.sendFile(lines));
            request.put("endpoint", "/v1/completions").put("completion_window", "24h");
            batch = client.post("/v1/batches", request).expect(200).text("id");
            client.awaitBody(
                    "/v1/queue", queue -> queue.at("/depth/by_state/queued").asInt() == LINES);
            Npuq.in(home).run("backup", backup.toString(), "--url", server.url());
            server.kill();
        }
        Path data = home.resolve("restored");
        Npuq.in(home).run("restore", backup.toString(), "--data", data.toString());
        List<String> arguments = new ArrayList<>(Npuq.tiny(model, "CPU"));
        arguments.addAll(List.of("--data", data.toString()));
        try (ServerProcess server = Npuq.in(home).serve(arguments.toArray(String[]::new))) {
            Client client = server.client();
            client.post("/v1/queue/resume").expect(200); // it was paused when the backup was taken
            JsonNode ended = client.awaitBody(
                    "/v1/batches/" + batch, body -> body.path("status").asText().equals("completed"));
            assertEquals(LINES, ended.at("/request_counts/completed").asInt(), ended::toString);
            String output =
                    client.text("/v1/files/" + ended.path("output_file_id").asText() + "/content");
            assertEquals(LINES, output.lines().count());
            assertEquals(LINES, client.get("/v1/jobs").body().path("data").size(), "a job a line, from before");
        }
    }

    private static void assertEndsOk(String said) {
        assertTrue(said.endsWith("\nok\n"), said);
    }

    private static void load(Client client, Set<String> acknowledged) {
        try {
            while (true) {
                String id = client.submit(Client.bounded("title", TEXT));
                synchronized (acknowledged) {
                    acknowledged.add(id);
                    acknowledged.notifyAll();
                }
            }
        } catch (IOException gone) {
            // The server was killed: what was asked last is in doubt.
        }
    }

    /** Waits for so many; answers those there are then. */
    private static Set<String> awaitAtLeast(Set<String> acknowledged, int count) throws InterruptedException {
        synchronized (acknowledged) {
            while (acknowledged.size() < count) {
                acknowledged.wait();
            }
            return new LinkedHashSet<>(acknowledged);
        }
    }

    private static boolean anyFileHolds(Path directory, String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
