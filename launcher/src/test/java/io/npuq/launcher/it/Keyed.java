package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A request under an idempotency key: however often it is sent, it makes the same jobs. */
sealed interface Keyed {
    /** Sends it, and enters what is acknowledged; it must be. */
    void send(Client client, Ledger ledger) throws IOException;

    /** A job, or another try of a failed one. */
    record One(String key, String path, Optional<JsonNode> body) implements Keyed {
        @Override
        public void send(Client client, Ledger ledger) throws IOException {
            Client.Reply reply = client.post(path, body, key).expect(202);
            ledger.acknowledgedUnder(key, reply.text("id"));
        }
    }

    /** Jobs as lines, each of which has a key of its own by its number. */
    record Lines(String key, List<JsonNode> jobs) implements Keyed {
        @Override
        public void send(Client client, Ledger ledger) throws IOException {
            List<JsonNode> lines = client.postLines("/v1/jobs/bulk", jobs, key);
            assertEquals(jobs.size(), lines.size(), () -> "lines of " + lines);
            for (JsonNode line : lines) {
                assertEquals(202, line.path("status").asInt(), line::toString);
                ledger.acknowledgedUnder(
                        key + ":" + line.path("line").asInt(), line.path("id").asText());
            }
        }
    }
}
