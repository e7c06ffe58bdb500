package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The request log of a server can be verified and exported while it works, after a kill, and against what was kept elsewhere. */
final class AuditIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon, and Maria has to restart it.";
    private static final int LOOKS = 3;
    private static final int JOBS = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    @Test
    void logOfABusyServerIsWholeAndStaysSoAfterAKill() throws Exception {
        Path export = home.resolve("log.jsonl");
        String key;
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> load(server.client()));
            key = Npuq.in(home).run("audit", "key").strip();
            for (int i = 0; i < LOOKS; i++) {
                assertEndsOk(Npuq.in(home).run("audit", "verify", "--key", key));
            }
            Npuq.in(home).run("audit", "export", "--out", export.toString());
            assertFalse(load.isDone(), "the server had nothing to do");
            server.kill();
            load.join();
        }
        assertEndsOk(Npuq.in(home).run("audit", "verify", "--export", export.toString(), "--key", key));
        assertFalse(Files.readString(export).contains("Osaka"));
        assertEndsOk(Npuq.in(home).run("audit", "verify", "--key", key));
        assertEndsOk(Npuq.in(home).run("journal", "check"));
    }

    @Test
    void whatIsChangedAfterAStopIsNamedAndTheCommandFails() throws IOException {
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            for (int i = 0; i < JOBS; i++) {
                server.client().awaitEnd(server.client().submit(Client.bounded("title", TEXT)));
            }
            JsonNode report =
                    server.client().get("/v1/reports/latency").expect(200).body();
            assertEquals(JOBS, report.at("/states/succeeded").intValue());
            assertEquals("title", report.at("/groups/0/kind").textValue());
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
        Path kept = Files.writeString(home.resolve("kept"), Npuq.in(home).run("audit", "checkpoint"));
        String said = Npuq.in(home).run("audit", "verify", "--checkpoint", kept.toString());
        assertEndsOk(said);
        assertFalse(said.contains("behind the newest one"), said);
        String rotated = Npuq.in(home).run("audit", "rotate-key").strip();
        assertEquals(rotated, Npuq.in(home).run("audit", "key").strip());
        Path log = home.resolve("data/journal/0000000001.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 1;
        Files.write(log, bytes);
        try (ServerProcess verify = Npuq.in(home).start("audit", "verify")) {
            assertEquals(1, verify.exitCode());
            assertTrue(verify.errors().contains("npuq: the request log is broken: entry "), verify::errors);
        }
        try (ServerProcess both = Npuq.in(home).start("audit", "verify", "--filtered")) {
            assertEquals(2, both.exitCode());
        }
    }

    private static void load(Client client) {
        try {
            while (true) {
                client.submit(Client.bounded("title", TEXT));
            }
        } catch (IOException gone) {
            // The server was killed.
        }
    }

    private static void assertEndsOk(String said) {
        assertTrue(said.endsWith("\nok\n"), said);
    }
}
