package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code npuq doctor --go-live}: a server that is not ready is told what to do, and one that is passes. */
final class GoLiveIT {
    /** As many as the tail of a kind's latency wants. */
    private static final int JOBS = 130;

    @TempDir
    Path home;

    @Test
    void whatIsNotReadyFailsWithWhatToDoAndPassesOnceItIsDone() throws IOException {
        try (ServerProcess server = Npuq.in(home).serve("--device", "BUILTIN")) {
            Map<String, JsonNode> before = checks(server, 1);
            assertEquals("ok", before.get("probes").path("status").asText(), before::toString);
            for (String notYet : List.of("latency", "checkpoints")) {
                assertEquals("needed", before.get(notYet).path("status").asText(), before::toString);
                assertFalse(before.get(notYet).path("next").asText().isBlank(), before::toString);
            }
            Client client = server.client();
            ObjectNode title = Client.bounded("title", "The mail server in Osaka is slow since noon.");
            for (JsonNode line : client.postLines("/v1/jobs/bulk", Collections.nCopies(JOBS, title), "go-live")) {
                client.awaitEnd(line.path("id").asText());
            }
            Path kept = Files.writeString(home.resolve("kept"), Npuq.in(home).run("audit", "checkpoint"));
            Map<String, JsonNode> after =
                    checks(server, 0, "--checkpoint", kept.toString(), "--journal-bytes-max", "10000000");
            assertTrue(after.values().stream()
                    .noneMatch(check -> check.path("status").asText().equals("needed")));
            assertTrue(after.get("latency").path("found").asText().contains("title on builtin"), after::toString);
            assertTrue(after.get("checkpoints").path("found").asText().contains("hold"), after::toString);
        }
    }

    private Map<String, JsonNode> checks(ServerProcess server, int exitCode, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("doctor", "--go-live", "--json", "--device", "BUILTIN", "--port"));
        command.add(Integer.toString(URI.create(server.url()).getPort()));
        command.addAll(List.of(more));
        try (ServerProcess doctor = Npuq.in(home).start(command.toArray(String[]::new))) {
            assertEquals(exitCode, doctor.exitCode(), doctor::output);
            Map<String, JsonNode> byName = new TreeMap<>();
            Json.MAPPER
                    .readTree(doctor.output())
                    .forEach(check -> byName.put(check.path("name").asText(), check));
            return byName;
        }
    }
}
