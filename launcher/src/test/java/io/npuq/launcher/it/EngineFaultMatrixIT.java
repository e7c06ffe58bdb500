package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong with an engine, and however the job was asked for: the job ends right, the next one runs, the server answers. Each
 * fault meets one way to ask, each way a third of them; all of them with {@code -Dnpuq.reliability.engine.matrix=full}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EngineFaultMatrixIT {
    private static final boolean FULL = "full".equals(System.getProperty("npuq.reliability.engine.matrix"));
    private static final String TEXT = "The mail server in Osaka is slow since noon. ";

    @TempDir
    static Path home;

    private final AtomicInteger jobs = new AtomicInteger();
    private FaultyNpuq npuq;
    private Client client;

    /** How a job is asked for. */
    enum Way {
        ASYNC {
            @Override
            CompletableFuture<String> ask(Client client, String input) throws IOException {
                String id = client.submit(Client.bounded("title", input));
                return CompletableFuture.completedFuture(id);
            }
        },
        SYNC {
            @Override
            CompletableFuture<String> ask(Client client, String input) throws IOException {
                CompletableFuture<HttpResponse<byte[]>> answer =
                        client.postAsync("/v1/worker/generate", Client.worker("title", input));
                return answer.thenApply(response -> response.statusCode()
                        + response.headers().firstValue("X-Npuq-Job-Id").orElse(" no job"));
            }
        },
        STREAM {
            @Override
            CompletableFuture<String> ask(Client client, String input) throws IOException {
                return client.events(client.submit(Client.bounded("title", input)));
            }
        };

        /** Asks; completes with what the client of this way sees at the end. */
        abstract CompletableFuture<String> ask(Client client, String input) throws IOException;
    }

    static Stream<Arguments> cells() {
        List<Way> ways = List.of(Way.values());
        List<Arguments> cells = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            List<Way> met = FULL ? ways : List.of(ways.get(cells.size() % ways.size()));
            met.forEach(way -> cells.add(Arguments.of(fault, way)));
        }
        return cells.stream();
    }

    @BeforeAll
    void serve() throws IOException {
        npuq = FaultyNpuq.start(
                home, TinyModel.below(home), Map.of("--inference-timeout", "4s", "--contract-fallback", "true"));
        client = npuq.client();
    }

    @AfterAll
    void stop() {
        npuq.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cells")
    void theJobEndsRightAndTheNextOneRuns(Fault fault, Way way) throws Exception {
        npuq.awaitHealth("healthy");
        String word = fault.word(jobs.incrementAndGet());
        CompletableFuture<String> seen = way.ask(client, TEXT + word);
        npuq.faults().await(word.substring(1));
        String id = client.awaitAnyRunning();
        String next = client.submit(Client.bounded("title", TEXT));
        fault.strike(npuq, id, () -> client.post("/v1/jobs/" + id + "/cancel").expect(200));
        String trouble = npuq.awaitTrouble();
        assertTrue(trouble.contains(fault.trouble), trouble);
        fault.mend(npuq);
        JsonNode job = client.awaitEnd(id);
        assertEquals(fault.end.state, job.path("state").asText(), job::toString);
        assertEquals(fault.end.attempt, job.path("attempt").asInt(), job::toString);
        assertSeen(fault, way, id, seen.get());
        JsonNode after = client.awaitEnd(next);
        assertEquals("succeeded", after.path("state").asText(), after::toString);
        assertEquals(1, after.path("attempt").asInt(), after::toString);
        npuq.awaitHealth("healthy");
    }

    private static void assertSeen(Fault fault, Way way, String id, String seen) {
        switch (way) {
            case ASYNC -> assertEquals(id, seen);
            case SYNC -> assertEquals(fault.end.workerStatus + id, seen);
            case STREAM -> {
                String last = seen.substring(seen.lastIndexOf("data:"));
                assertTrue(last.contains("\"" + fault.end.state + "\""), seen);
            }
        }
    }
}
