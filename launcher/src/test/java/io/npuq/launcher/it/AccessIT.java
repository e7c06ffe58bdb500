package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that other machines may reach: keys, TLS, and the commands that talk to it. */
final class AccessIT {
    private static final String JOB = "job_01KAJ3T0000000000000000000";

    @TempDir
    Path home;

    @Test
    void commandsWorkOverTlsWithAKeyAndNotWithout() throws Exception {
        TestCert cert = TestCert.make(home, "server");
        String keys = home.resolve("keys").toString();
        String alice = addKey(keys, "alice");
        Path operator = Files.writeString(home.resolve("operator.key"), addKey(keys, "operator", "--admin") + "\n");
        assertFalse(Files.readString(Path.of(keys)).contains(alice), "the file has hashes, no keys");
        try (ServerProcess server = Npuq.in(home)
                .serve(
                        "--device",
                        "BUILTIN",
                        "--api-keys-file",
                        keys,
                        "--tls-cert",
                        cert.cert().toString(),
                        "--tls-key",
                        cert.key().toString())) {
            assertTrue(server.url().startsWith("https://127.0.0.1:"), server.url());
            Npuq trusting = Npuq.in(home)
                    .with("NPUQ_URL", server.url())
                    .with("NPUQ_CA_CERT", cert.cert().toString());
            Npuq asAlice = trusting.with("NPUQ_API_KEY", alice);

            JsonNode job = Json.MAPPER.readTree(ok(asAlice.start(
                    "submit", "--job", "title", "--input", "The mail server in Osaka is slow.", "--wait", "--json")));
            assertEquals("succeeded", job.path("state").asText());
            ok(asAlice.start("status", job.path("id").asText()));
            ok(asAlice.start("jobs"));
            assertRefused(trusting.start("jobs"), "wants one of its API keys", "--api-key-file or NPUQ_API_KEY");
            assertRefused(trusting.with("NPUQ_API_KEY", alice + "x").start("status", JOB), "wants one of its API keys");
            assertRefused(
                    Npuq.in(home).with("NPUQ_API_KEY", alice).start("jobs", "--url", server.url()),
                    "no safe connection",
                    "--ca-cert");
            assertRefused(asAlice.start("backup", home.resolve("b1").toString()), "for keys with admin");
            ok(trusting.start("backup", home.resolve("b2").toString(), "--api-key-file", operator.toString()));
            assertTrue(server.errors().contains(" key=alice"), server::errors);
            assertFalse(server.errors().contains(alice), "the log has a key");
        }
    }

    @Test
    void otherMachinesAreServedOnlyWithLeaveAndKeys() throws IOException {
        String keys = home.resolve("keys").toString();
        assertRefused(start("--host", "0.0.0.0"), "--allow-nonlocal");
        assertRefused(start("--host", "0.0.0.0", "--allow-nonlocal"), "at least one API key", "npuq keys add");
        assertRefused(
                start("--host", "0.0.0.0", "--allow-nonlocal", "--api-keys-file", keys),
                "cannot be read",
                "npuq keys add");
        addKey(keys, "alice");
        try (ServerProcess server = Npuq.in(home)
                .serve("--device", "BUILTIN", "--host", "0.0.0.0", "--allow-nonlocal", "--api-keys-file", keys)) {
            assertTrue(server.errors().contains("cross the network in clear"), server::errors);
            Client client = new Client(server.url().replace("0.0.0.0", "127.0.0.1"));
            client.get("/healthz").expect(200);
            assertEquals(
                    "Bearer",
                    client.get("/v1/queue")
                            .expect(401)
                            .headers()
                            .firstValue("WWW-Authenticate")
                            .orElse(""));
        }
    }

    @Test
    void keysAreTakenOverWhileItServesAndABadFileChangesNothing() throws Exception {
        Path keys = home.resolve("keys");
        String alice = addKey(keys.toString(), "alice");
        String first = Files.readString(keys);
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN", "--api-keys-file", keys.toString())) {
            String bob = addKey(keys.toString(), "bob");
            server.awaitLine("there are 2: alice, bob");
            ok(jobs(server, bob));

            Files.writeString(keys, first + "mallory sha256:no\n");
            assertTrue(server.awaitLine("line 2").contains("The keys from before hold: alice, bob"), server::errors);
            ok(jobs(server, bob));

            Files.writeString(keys, first);
            server.awaitLine("there are 1: alice");
            ok(jobs(server, alice));
            Files.writeString(keys, Files.readString(keys).replace("alice", "carol"));
            server.awaitLine("there are 1: carol");
            assertRefused(jobs(server, bob), "wants one of its API keys");
            ok(jobs(server, alice));
        }
    }

    private ServerProcess jobs(ServerProcess server, String key) {
        return Npuq.in(home).with("NPUQ_API_KEY", key).start("jobs", "--url", server.url());
    }

    @Test
    void aCertificateThatCannotBeUsedIsNamed() throws Exception {
        TestCert one = TestCert.make(home, "one");
        TestCert other = TestCert.make(home, "other");
        String none = home.resolve("none").toString();
        String text = Files.writeString(home.resolve("text"), "no PEM\n").toString();
        String cert = one.cert().toString();
        assertRefused(start("--tls-cert", cert), "the key is missing");
        assertRefused(start("--tls-cert", none, "--tls-key", one.key().toString()), "--tls-cert names " + none);
        assertRefused(start("--tls-cert", cert, "--tls-key", none), "--tls-key names " + none);
        assertRefused(start("--tls-cert", text, "--tls-key", one.key().toString()), text, "in PEM");
        assertRefused(start("--tls-cert", cert, "--tls-key", text), text, "in PEM");
        assertRefused(start("--tls-cert", cert, "--tls-key", other.key().toString()), "do not belong together");
    }

    private ServerProcess start(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--device", "BUILTIN"));
        all.addAll(List.of(arguments));
        return Npuq.in(home).startServe(all.toArray(String[]::new));
    }

    private String addKey(String file, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("keys", "add", name, "--api-keys-file", file));
        arguments.addAll(List.of(more));
        return ok(Npuq.in(home).start(arguments.toArray(String[]::new))).strip();
    }

    private static String ok(ServerProcess command) {
        try (command) {
            assertEquals(0, command.exitCode(), command::errors);
            return command.output();
        }
    }

    /** It ends with one line, which says all of that. */
    private static void assertRefused(ServerProcess command, String... says) {
        try (command) {
            assertTrue(command.exitCode() != 0, command::errors);
            List<String> lines = command.errors()
                    .lines()
                    .filter(line -> !line.contains("cross the network in clear"))
                    .toList();
            assertEquals(1, lines.size(), command::errors);
            for (String piece : says) {
                assertTrue(lines.get(0).contains(piece), lines.get(0));
            }
        }
    }
}
