package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How all stands, followed over real HTTP. */
class LiveApiTest {
    private static final String TITLE = "{\"kind\":\"title\",\"input\":\"x\"}";

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** A client that follows; it sees what comes until it sees what it looks for. */
    private final class Follower implements AutoCloseable {
        private final RawClient client;

        Follower() throws IOException {
            client = api.raw();
            client.send("GET /v1/queue/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String head = client.readHead();
            assertTrue(head.startsWith("HTTP/1.1 200") && head.contains("text/event-stream"), head);
        }

        JsonNode await(String name, Predicate<JsonNode> wanted) throws IOException {
            while (true) {
                String[] lines = client.readChunk().split("\n", -1);
                JsonNode data = TestApi.json(lines[1].substring("data: ".length()));
                if (lines[0].equals("event: " + name) && wanted.test(data)) {
                    return data;
                }
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private Claim claim() {
        return api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void followerSeesTheWholeAtOnceAndEachChangeSoon() throws IOException {
        try (Follower follower = new Follower()) {
            JsonNode first = follower.await("state", any -> true);
            assertEquals(0, first.at("/queue/depth/by_state/queued").intValue());
            assertEquals("npu", first.at("/health/lanes/0/lane").textValue());
            String id = api.submit(TITLE);
            follower.await(
                    "state", state -> state.at("/queue/depth/by_state/queued").intValue() == 1);
            Claim claim = claim();
            api.queue.progress(claim, "Mail ");
            api.queue.progress(claim, "server");
            JsonNode running = follower.await(
                    "state", state -> state.at("/texts/0/text").asText().equals("Mail server"));
            assertEquals(id, running.at("/texts/0/id").textValue());
            assertEquals("title", running.at("/queue/running/0/kind").textValue());
            api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();
            JsonNode after = follower.await(
                    "state",
                    state -> state.at("/queue/depth/by_state/succeeded").intValue() == 1);
            assertEquals(0, after.get("texts").size());
        }
    }

    @Test
    void longTextIsToldByItsEnd() throws IOException {
        api.submit(TITLE);
        Claim claim = claim();
        try (Follower follower = new Follower()) {
            follower.await("state", state -> state.at("/queue/running/0").isObject());
            api.queue.progress(claim, "é".repeat(1_500));
            api.queue.progress(claim, "\uD83D\uDE00".repeat(1_000) + "end");
            JsonNode text = follower.await(
                            "state", state -> state.at("/texts/0/from").asInt() > 0)
                    .at("/texts/0");
            assertTrue(text.get("text").textValue().endsWith("end"));
            assertTrue(text.get("text").textValue().length() <= 2_000);
            assertEquals(
                    3_503,
                    text.get("from").intValue() + text.get("text").textValue().length());
            assertEquals(0xD83D, text.get("text").textValue().charAt(0));
        }
    }

    @Test
    void deadlinesSayWhetherTheyAreAtRisk() throws IOException {
        api.submit("{\"kind\":\"title\",\"input\":\"x\",\"deadline_ms\":60000}");
        try (Follower follower = new Follower()) {
            JsonNode job = follower.await(
                            "state", state -> state.get("deadlines").size() == 1)
                    .at("/deadlines/0");
            assertEquals("title", job.get("kind").textValue());
            assertTrue(job.get("at_risk").isBoolean());
        }
    }

    @Test
    void whatHappenedLatelyIsCountedByTheJournal() throws IOException {
        api.submit(TITLE);
        Claim claim = claim();
        api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();
        try (Follower follower = new Follower()) {
            JsonNode activity = follower.await("activity", any -> true);
            assertEquals(1, activity.at("/total/succeeded").intValue());
            assertEquals(1, activity.at("/total/npu_verified").intValue());
            assertEquals(60, activity.at("/steps/started").size());
            double counted = activity.at("/total/counted_generate_ms").doubleValue();
            assertTrue(
                    counted > 0 && counted == activity.at("/total/generate_ms").doubleValue());
        }
    }

    @Test
    void nothingIsWatchedForFollowersThatLeft() throws IOException {
        api.submit(TITLE);
        claim();
        try (Follower follower = new Follower()) {
            follower.await("state", state -> state.at("/texts/0").isObject());
            api.queue.awaitWatches(1);
        }
        api.queue.awaitWatches(0);
    }

    @Test
    void whoWantsOnlyAFewIsToldNoMore() {
        String two = api.get("/v1/queue/events?limit=2").body();
        assertEquals(2, two.split("event: state", -1).length - 1, two);
        assertEquals(400, api.get("/v1/queue/events?limit=0").statusCode());
    }

    @Test
    void oneTooManyIsRefused() throws IOException {
        Follower[] followers = new Follower[64];
        for (int i = 0; i < followers.length; i++) {
            followers[i] = new Follower();
        }
        assertEquals(429, api.get("/v1/queue/events").statusCode());
        for (Follower follower : followers) {
            follower.close();
        }
    }
}
