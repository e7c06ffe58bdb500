package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code npuq batch} against servers that are killed, full, paused or drained: each document is in the result once, each part has one job. */
final class BatchIT {
    private static final String[] BUILTIN = {"--device", "BUILTIN"};

    /** The tiny model's tokenizer knows few words: these are about as many tokens as characters. */
    private static final String STRANGE = "qzxj. ";

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    private Path folder;
    private Path results;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        folder = Files.createDirectories(home.resolve("texts"));
        results = home.resolve("results.jsonl");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @Test
    void longDocumentIsCutSummarizedAndJoined() throws Exception {
        String text = text(0, 60_000);
        Files.writeString(folder.resolve("long.txt"), text);
        try (ServerProcess server = serve(BUILTIN)) {
            assertEquals(0, batch("--max-new-tokens", "40").exitCode());
            JsonNode line = lines().get(0);
            assertEquals(text.length(), line.path("chars").asInt());
            int at = 0;
            int level = 0;
            for (JsonNode part : line.path("parts")) {
                if (part.path("level").asInt() == 0) {
                    assertEquals(at, part.path("at").asInt(), line::toString);
                    at += part.path("chars").asInt();
                }
                assertTrue(part.path("level").asInt() >= level, line::toString);
                level = part.path("level").asInt();
                JsonNode job = server.client().job(part.path("job").asText()).body();
                assertEquals(
                        part.path("chars").asInt(),
                        job.at("/evidence/prompt_chars").asInt());
            }
            assertEquals(text.length(), at, "parts of the document, together");
            assertTrue(level >= 1, "what the parts gave was joined");
            JsonNode last = line.path("parts").get(line.path("parts").size() - 1);
            JsonNode job = server.client().job(last.path("job").asText()).body();
            assertEquals(job.at("/result/text").asText(), line.path("text").asText());
            assertEquals(40, job.at("/evidence/max_new_tokens").asInt());
        }
    }

    @Test
    void killedClientGoesOnWithoutASecondJobForAPart() throws Exception {
        writeTexts(40);
        Files.writeString(folder.resolve("long.txt"), text(1_000, 40_000));
        try (ServerProcess server = serve(BUILTIN)) {
            Client client = server.client();
            try (ServerProcess first = startBatch()) {
                awaitLines(first, 5);
                client.post("/v1/queue/pause").expect(200);
                client.awaitBody(
                        "/v1/queue", queue -> queue.at("/depth/by_state/queued").asInt() >= 8);
                first.kill();
            }
            tearLastLine();
            client.post("/v1/queue/resume").expect(200);
            ServerProcess second = batch();
            assertEquals(0, second.exitCode(), second::errors);
            assertTrue(second.output().contains("41 succeeded ("), second::output);
            assertEveryDocumentOnce(41);
            assertEveryPartHasOneJob(client);
            ServerProcess third = batch();
            assertTrue(third.output().startsWith("41 succeeded (41 of them in earlier runs), 0 failed"), third::output);
            assertEveryPartHasOneJob(client);
        }
    }

    @Test
    void killedServerIsWaitedForAndNothingIsLostOrDoubled() throws Exception {
        writeTexts(120);
        Files.writeString(folder.resolve("long.txt"), text(1_000, 60_000));
        ServerProcess server = serve(BUILTIN);
        try (ServerProcess batch = startBatch()) {
            for (int kill = 1; kill <= 3; kill++) {
                awaitLines(batch, 20 * kill);
                server.kill();
                batch.awaitLine("waiting for the server: ");
                server = serve(BUILTIN);
            }
            assertEquals(0, batch.exitCode(), batch::errors);
            assertTrue(batch.errors().contains("the server is back; going on"), batch::errors);
            assertEveryDocumentOnce(121);
            assertEveryPartHasOneJob(server.client());
        } finally {
            server.close();
        }
    }

    @Test
    void fullQueueIsAskedAgainAndADrainedServerIsWaitedFor() throws Exception {
        writeTexts(10);
        try (ServerProcess server = serve("--device", "BUILTIN", "--queued-jobs-max", "1")) {
            Client client = server.client();
            client.post("/v1/queue/pause").expect(200);
            try (ServerProcess batch = startBatch()) {
                batch.awaitLine("the server takes no more for now: ");
                client.post("/v1/queue/resume").expect(200);
                assertEquals(0, batch.exitCode(), batch::errors);
            }
            client.post("/v1/queue/drain").expect(200);
            Files.writeString(folder.resolve("late.txt"), text(7_777, 300));
            try (ServerProcess batch = startBatch()) {
                batch.awaitLine("the server takes no more for now: ");
                client.post("/v1/queue/resume").expect(200);
                assertEquals(0, batch.exitCode(), batch::errors);
            }
            assertEveryDocumentOnce(11);
            assertEveryPartHasOneJob(client);
        }
    }

    @Test
    void failedDocumentsAreInTheResultAndDoneAnewInTheNextRun() throws Exception {
        writeTexts(3);
        Path foreign = folder.resolve("foreign.txt");
        Files.write(foreign, new byte[] {'c', 'a', 'f', (byte) 0xE9});
        Files.write(folder.resolve("picture.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0});
        try (ServerProcess server = serve(BUILTIN)) {
            server.client().post("/v1/queue/pause").expect(200);
            ServerProcess late = batch("--deadline", "100ms");
            assertEquals(1, late.exitCode(), late::errors);
            assertTrue(late.output().startsWith("0 succeeded, 4 failed; "), late::output);
            assertTrue(late.errors().contains("skipped 1 (no texts): " + folder.resolve("picture.png")), late::errors);
            assertEquals(Set.of("expired", "not_utf8"), errors());
            server.client().post("/v1/queue/resume").expect(200);
            ServerProcess again = batch("--deadline", "1h");
            assertEquals(1, again.exitCode(), again::errors);
            assertEquals(Set.of("not_utf8"), errors());
            Files.writeString(foreign, "café, in UTF-8 this time.");
            assertEquals(0, batch("--deadline", "1h").exitCode());
            assertEveryDocumentOnce(4);
        }
    }

    @Test
    void jobThatFailedOrWasErasedIsFollowedByANewOne() throws Exception {
        writeTexts(1);
        try (ServerProcess server = serve(BUILTIN)) {
            Client client = server.client();
            client.post("/v1/queue/pause").expect(200);
            try (ServerProcess batch = startBatch()) {
                client.awaitBody(
                        "/v1/queue", queue -> queue.at("/depth/by_state/queued").asInt() == 1);
                String id = client.get("/v1/jobs").body().at("/data/0/id").asText();
                client.post("/v1/jobs/" + id + "/cancel").expect(200);
                assertEquals(1, batch.exitCode(), batch::errors);
                assertEquals(Set.of("cancelled"), errors());
            }
            client.post("/v1/queue/resume").expect(200);
            assertEquals(0, batch().exitCode());
            assertEquals(2, client.get("/v1/jobs").body().path("data").size());
            assertEveryDocumentOnce(1);
        }
    }

    @Test
    void partThatHasTooManyTokensIsCutFiner() throws Exception {
        Files.writeString(folder.resolve("strange.txt"), STRANGE.repeat(900));
        try (ServerProcess server =
                serve(Npuq.tiny(TinyModel.below(home), "CPU").toArray(String[]::new))) {
            server.awaitLine("is loaded on");
            ServerProcess batch = batch();
            assertEquals(0, batch.exitCode(), batch::errors);
            JsonNode parts = lines().get(0).path("parts");
            assertTrue(parts.size() >= 3, parts::toString);
            assertEveryPartHasOneJob(server.client());
        }
    }

    @Test
    void linesAndCellsAreDocumentsAndTheResultIsASpreadsheet() throws Exception {
        Path table = folder.resolve("table.csv");
        Files.writeString(table, "id,text\n1,\"" + text(1, 200) + "\"\n2,\"" + text(2, 200) + "\"\n");
        Path out = home.resolve("out.csv");
        try (ServerProcess server = serve(BUILTIN);
                ServerProcess batch = start(
                        "--csv",
                        "text",
                        "--job",
                        "title",
                        "--format",
                        "csv",
                        "--out",
                        out.toString(),
                        table.toString())) {
            assertEquals(0, batch.exitCode(), batch::errors);
            List<String> rows = Files.readAllLines(out);
            assertEquals("document,state,text,error,chars,parts,model,finished_at", rows.get(0));
            assertEquals(3, rows.size());
            assertEquals(2, Files.readAllLines(home.resolve("out.csv.jsonl")).size());
            assertEquals(
                    2,
                    server.client()
                            .get("/v1/jobs?kind=title")
                            .body()
                            .path("data")
                            .size());
        }
    }

    @Test
    void memoriesOfAllPartsAreCollected() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int week = 1; text.length() < 20_000; week++) {
            text.append("In week ")
                    .append(week)
                    .append(" we decided to move the launch to March 14. Priya prefers dark mode. ");
        }
        Files.writeString(folder.resolve("long.txt"), text);
        try (ServerProcess server = serve(BUILTIN)) {
            assertEquals(0, batch("--job", "memory").exitCode());
            JsonNode line = lines().get(0);
            assertTrue(line.at("/json/candidates").size() > 0, line::toString);
            line.path("parts")
                    .forEach(part ->
                            assertEquals("memory_candidate", part.path("kind").asText()));
            assertEveryPartHasOneJob(server.client());
        }
    }

    private ServerProcess serve(String... arguments) {
        List<String> all = new ArrayList<>(List.of("serve", "--port", Integer.toString(port)));
        all.addAll(List.of(arguments));
        return Npuq.in(home).start(all.toArray(String[]::new)).awaitServing();
    }

    private ServerProcess startBatch(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", results.toString(), folder.toString()));
        return start(all.toArray(String[]::new));
    }

    private ServerProcess start(String... arguments) {
        List<String> all = new ArrayList<>(List.of("batch", "--url", "http://127.0.0.1:" + port));
        all.addAll(List.of(arguments));
        return Npuq.in(home).start(all.toArray(String[]::new));
    }

    /** Runs to its end. */
    private ServerProcess batch(String... arguments) {
        ServerProcess batch = startBatch(arguments);
        batch.exitCode();
        return batch;
    }

    private void writeTexts(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Files.writeString(folder.resolve("text-" + i + ".txt"), text(i * 10, 300));
        }
    }

    /** Of so many characters at least, and another one for each number. */
    private static String text(int number, int chars) {
        StringBuilder text = new StringBuilder();
        for (int i = number; text.length() < chars; i++) {
            text.append("The mail server number ")
                    .append(i)
                    .append(" in Osaka is slow since noon, and Maria has to restart it. ");
        }
        return text.toString();
    }

    private void awaitLines(ServerProcess batch, int count) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!Files.exists(results) || Files.readString(results).lines().count() < count) {
            assertTrue(
                    System.nanoTime() < end && batch.isAlive(),
                    () -> "the result does not grow to " + count + " lines; it said:\n" + batch.errors());
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** As a power loss may leave it. */
    private void tearLastLine() throws IOException {
        byte[] line = "{\"document\":\"torn.txt\",\"state\":\"succ".getBytes(StandardCharsets.UTF_8);
        Files.write(results, line, StandardOpenOption.APPEND);
    }

    private void assertEveryDocumentOnce(int count) throws IOException {
        List<String> documents =
                lines().stream().map(line -> line.path("document").asText()).toList();
        List<String> files;
        try (var all = Files.list(folder)) {
            files = all.map(Path::toString)
                    .filter(name -> !name.endsWith(".png"))
                    .sorted()
                    .toList();
        }
        assertEquals(count, files.size());
        assertEquals(files, documents.stream().sorted().toList());
        lines().forEach(line -> assertEquals("succeeded", line.path("state").asText(), line::toString));
    }

    /** The jobs that the server has are those that are on record, no more and no fewer. */
    private void assertEveryPartHasOneJob(Client client) throws IOException {
        List<String> recorded = new ArrayList<>();
        lines().forEach(line ->
                line.path("parts").forEach(part -> recorded.add(part.path("job").asText())));
        assertEquals(recorded.size(), new HashSet<>(recorded).size(), "no job is on record twice");
        Set<String> there = new TreeSet<>();
        JsonNode page = client.get("/v1/jobs?limit=200").expect(200).body();
        page.path("data").forEach(job -> there.add(job.path("id").asText()));
        while (page.path("has_more").asBoolean()) {
            page = client.get("/v1/jobs?limit=200&after=" + page.path("last_id").asText())
                    .body();
            page.path("data").forEach(job -> there.add(job.path("id").asText()));
        }
        assertEquals(there, new TreeSet<>(recorded));
    }

    private Set<String> errors() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (JsonNode line : lines()) {
            if (line.path("error").isObject()) {
                codes.add(line.at("/error/code").asText());
            }
        }
        return codes;
    }

    private List<ObjectNode> lines() throws IOException {
        return Json.MAPPER
                .readerFor(ObjectNode.class)
                .<ObjectNode>readValues(results.toFile())
                .readAll();
    }
}
