package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** {@code POST /v1/queue/backup} sends the whole queue once, and lets go of it however its client behaves. */
final class BackupApiTest {
    /** Enough for sockets and server to fill up: a client that does not read holds the backup then. */
    private static final int LARGE_JOBS = 60;

    private static final int MESSAGES = 64;
    private static final String POST = "POST /v1/queue/backup HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void backupIsAnArchiveThatEndsWithItsManifest() throws Exception {
        try (TestApi api = new TestApi()) {
            api.submit("{\"kind\":\"title\",\"input\":\"The mail server is slow.\"}");
            HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                    .send(
                            api.request("/v1/queue/backup")
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertEquals(200, answer.statusCode());
            assertEquals(
                    "application/zip",
                    answer.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(
                    List.of("journal/0000000001.log", "journal/0000000001.body", "audit/checkpoints", "manifest.json"),
                    names(answer.body()));
        }
    }

    @Test
    void secondBackupAtATimeIsA409AndAClientThatGoesAwayEndsTheFirst() throws IOException {
        try (TestApi api = new TestApi()) {
            fill(api);
            try (RawClient slow = api.raw()) {
                assertTrue(slow.send(POST).readHead().contains("200"));
                HttpResponse<String> second = api.post("/v1/queue/backup", "{}");
                assertEquals(409, second.statusCode(), second::body);
                assertEquals(
                        "backup_running", TestApi.json(second).at("/error/code").textValue());
            }
            awaitBackup(api);
        }
    }

    @Test
    void clientThatReadsNothingIsDropped() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(1_000), Duration.ofMillis(600))) {
            fill(api);
            try (RawClient stalled = api.raw()) {
                assertTrue(stalled.send(POST).readHead().contains("200"));
                awaitBackup(api);
                assertTrue(stalled.endsBeforeItsTime());
            }
        }
    }

    @Test
    void unknownParameterAndBodyAreRefused() {
        try (TestApi api = new TestApi()) {
            assertEquals(400, api.post("/v1/queue/backup?to=disk", "{}").statusCode());
            assertEquals(400, api.post("/v1/queue/backup", "{\"to\":\"disk\"}").statusCode());
            assertEquals(405, api.get("/v1/queue/backup").statusCode());
        }
    }

    /** Asks until no other backup is being taken; each answer but the last is a 409. */
    private static void awaitBackup(TestApi api) {
        HttpResponse<String> answer = api.post("/v1/queue/backup", "{}");
        while (answer.statusCode() == 409) {
            answer = api.post("/v1/queue/backup", "{}");
        }
        assertEquals(200, answer.statusCode(), answer::body);
    }

    private static void fill(TestApi api) {
        String message = "{\"role\":\"user\",\"content\":\"" + "x".repeat(6_000) + "\"}";
        String body = "{\"kind\":\"chat\",\"messages\":["
                + String.join(",", java.util.Collections.nCopies(MESSAGES, message)) + "]}";
        for (int i = 0; i < LARGE_JOBS; i++) {
            api.submit(body);
        }
    }

    private static List<String> names(byte[] archive) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
