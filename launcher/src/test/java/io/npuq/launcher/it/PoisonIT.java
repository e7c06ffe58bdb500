package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that kills its engine each time is set aside, and costs its neighbours nothing but time. */
final class PoisonIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon. ";
    private static final int NEIGHBOURS = 100;

    @TempDir
    Path home;

    @Test
    void aJobThatKillsItsEngineIsSetAsideAfterTwoCrashesAndAHundredNeighboursFinish() throws IOException {
        try (FaultyNpuq npuq = FaultyNpuq.start(home, TinyModel.below(home), Map.of())) {
            Client client = npuq.client();
            client.post("/v1/queue/pause").expect(200);
            String poison =
                    client.submit(Client.bounded("title", TEXT + "#poison").put("priority", 0));
            List<JsonNode> lines = client.postLines(
                    "/v1/jobs/bulk",
                    IntStream.range(0, NEIGHBOURS)
                            .mapToObj(i -> Client.bounded("title", TEXT + i).put("max_new_tokens", 8))
                            .toList(),
                    "neighbours");
            client.post("/v1/queue/resume").expect(200);
            JsonNode ended = client.awaitEnd(poison);
            assertEquals("failed", ended.path("state").asText(), ended::toString);
            assertEquals("attempts_exhausted", ended.at("/error/code").asText(), ended::toString);
            assertEquals(2, ended.path("attempt").asInt(), ended::toString);
            assertEquals(NEIGHBOURS, lines.size());
            for (JsonNode line : lines) {
                JsonNode job = client.awaitEnd(line.path("id").asText());
                assertEquals("succeeded", job.path("state").asText(), job::toString);
            }
        }
    }
}
