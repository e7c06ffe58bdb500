package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job's events over real HTTP. */
class EventsApiTest {
    private static final String TITLE = "{\"kind\":\"title\",\"input\":\"x\"}";
    private static final String ANSWER = "Mail server is slow";
    private static final int WAITERS = 2_000;

    /** A client that follows a job. */
    private static final class Follower implements AutoCloseable {
        private final RawClient client;

        Follower(TestApi api, String id, String lastEventId) throws IOException {
            client = api.raw();
            String resume = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            client.send("GET /v1/jobs/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n" + resume + "\r\n");
        }

        Follower open() throws IOException {
            String head = client.readHead();
            assertTrue(head.startsWith("HTTP/1.1 200"), head);
            assertTrue(head.contains("text/event-stream"), head);
            return this;
        }

        /** The next event in short: its id, and its state or its text. */
        String next() throws IOException {
            String event = client.readChunk();
            while (event.startsWith(":")) {
                event = client.readChunk();
            }
            if (event.isEmpty()) {
                return "end";
            }
            String[] lines = event.split("\n", -1);
            var data = TestApi.json(lines[2].substring("data: ".length()));
            String what = lines[0].equals("event: state")
                    ? data.get("state").textValue()
                    : data.get("attempt") + ":" + data.get("text").textValue();
            return lines[1].substring("id: ".length()) + " " + what;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static Follower follow(TestApi api, String id) throws IOException {
        return new Follower(api, id, null).open();
    }

    private static Follower resume(TestApi api, String id, String lastEventId) throws IOException {
        return new Follower(api, id, lastEventId).open();
    }

    private static Claim claim(TestApi api) {
        return api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
    }

    private static void finish(TestApi api, Claim claim) {
        assertEquals(
                Finish.RECORDED,
                api.queue
                        .finish(claim, Outcomes.onNpu(claim))
                        .toCompletableFuture()
                        .join());
    }

    @Test
    void followerSeesStatesAndTextInOrderAndThenTheEnd() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            try (Follower follower = follow(api, id)) {
                assertEquals("0-0 queued", follower.next());
                Claim claim = claim(api);
                assertEquals("1-0 running", follower.next());
                api.queue.progress(claim, "Mail 🌍 ");
                assertEquals("1-7 1:Mail 🌍 ", follower.next());
                api.queue.progress(claim, "server");
                assertEquals("1-13 1:server", follower.next());
                finish(api, claim);
                assertEquals("1-19 succeeded", follower.next());
                assertEquals("end", follower.next());
            }
            api.queue.awaitWatches(0);
        }
    }

    @Test
    void lateFollowerGetsTheTextSoFarAndEachPieceOnce() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            Claim claim = claim(api);
            api.queue.progress(claim, "Mail ");
            api.queue.progress(claim, "server ");
            try (Follower follower = follow(api, id)) {
                assertEquals("1-0 running", follower.next());
                assertEquals("1-12 1:Mail server ", follower.next());
                api.queue.progress(claim, "is slow");
                assertEquals("1-19 1:is slow", follower.next());
                finish(api, claim);
                assertEquals("1-19 succeeded", follower.next());
            }
        }
    }

    @Test
    void resumedFollowerGetsOnlyTheRestOfTheSameAttempt() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            Claim claim = claim(api);
            api.queue.progress(claim, "Mail ");
            api.queue.progress(claim, "server ");
            try (Follower follower = resume(api, id, "1-5")) {
                assertEquals("1-12 1:server ", follower.next());
                finish(api, claim);
                assertEquals("1-19 succeeded", follower.next());
                assertEquals("end", follower.next());
            }
        }
    }

    @Test
    void resumedFollowerOfAFinishedJobGetsTheRestOfItsResult() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            finish(api, claim(api));
            try (Follower middle = resume(api, id, "1-5");
                    Follower whole = resume(api, id, "1-19");
                    Follower waited = resume(api, id, "0-0")) {
                assertEquals("1-19 1:server is slow", middle.next());
                assertEquals("1-19 succeeded", middle.next());
                assertEquals("end", middle.next());
                assertEquals("1-19 succeeded", whole.next());
                assertEquals("end", whole.next());
                assertEquals("1-19 succeeded", waited.next());
                assertEquals("end", waited.next());
            }
        }
    }

    @Test
    void finishedJobIsOneEvent() throws IOException {
        try (TestApi api = new TestApi().lane(claim -> Outcomes.failed(ErrorCode.TIMEOUT, "180 s"))) {
            String id = api.submit(TITLE);
            api.get("/v1/jobs/" + id + "?wait_ms=60000");
            try (Follower follower = follow(api, id)) {
                assertEquals("1-0 failed", follower.next());
                assertEquals("end", follower.next());
            }
        }
    }

    @Test
    void newerAttemptComesWithItsStateAndAllItsText() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            Claim first = claim(api);
            api.queue.progress(first, "Lost");
            try (Follower follower = follow(api, id)) {
                assertEquals("1-0 running", follower.next());
                assertEquals("1-4 1:Lost", follower.next());
                api.queue
                        .recover(first, "the engine was lost")
                        .toCompletableFuture()
                        .join();
                assertEquals("1-4 queued", follower.next());
                Claim second = claim(api);
                api.queue.progress(first, "from the grave");
                api.queue.progress(second, ANSWER);
                assertEquals("2-0 running", follower.next());
                assertEquals("2-19 2:" + ANSWER, follower.next());
            }
            try (Follower resumed = resume(api, id, "1-4");
                    Follower foreign = resume(api, id, "7-3")) {
                assertEquals("2-0 running", resumed.next());
                assertEquals("2-19 2:" + ANSWER, resumed.next());
                assertEquals("2-0 running", foreign.next());
            }
        }
    }

    @Test
    void queuedJobIsNotToldAgainToWhomKnowsIt() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            try (Follower follower = resume(api, id, "0-0")) {
                claim(api);
                assertEquals("1-0 running", follower.next());
            }
        }
    }

    @Test
    void unknownJobIsA404AndAMalformedLastEventIdA400() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            assertEquals(
                    404,
                    api.get("/v1/jobs/job_01KAJ3T0000000000000000000/events").statusCode());
            assertEquals(404, api.get("/v1/jobs/17/events").statusCode());
            for (String bad : List.of("x", "1", "1-", "-1-2", "1-2-3", "1-9999999999", "1 -2")) {
                var answer = api.send(api.request("/v1/jobs/" + id + "/events").header("Last-Event-ID", bad));
                assertEquals(400, answer.statusCode(), bad);
                assertEquals(
                        "Last-Event-ID", TestApi.json(answer).at("/error/param").textValue());
            }
            assertEquals(0, api.queue.watches());
        }
    }

    @Test
    void headIsAnsweredWithoutEvents() {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);

            var answer = api.send(api.request("/v1/jobs/" + id + "/events").method("HEAD", noBody()));

            assertEquals(200, answer.statusCode());
            assertEquals("", answer.body());
            assertEquals(0, api.queue.watches());
        }
    }

    private static java.net.http.HttpRequest.BodyPublisher noBody() {
        return java.net.http.HttpRequest.BodyPublishers.noBody();
    }

    @Test
    void pingsKeepAConnectionOnWhichNothingHappens() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(200))) {
            String id = api.submit(TITLE);
            try (Follower follower = follow(api, id)) {
                assertEquals("0-0 queued", follower.next());
                for (int i = 0; i < 10; i++) {
                    assertEquals(": ping\n\n", follower.client.readChunk());
                }
            }
        }
    }

    @Test
    void watchEndsWhenTheFollowerLeaves() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            try (Follower follower = follow(api, id)) {
                assertEquals("0-0 queued", follower.next());
                assertEquals(1, api.queue.watches());
            }
            api.queue.awaitWatches(0);
        }
    }

    @Test
    void followerThatDoesNotReadIsDroppedAndTheOthersGoOn() throws IOException {
        String text = "x".repeat(1 << 16);
        try (TestApi api = new TestApi();
                RequestLog log = new RequestLog()) {
            String id = api.submit(TITLE);
            Claim claim = claim(api);
            try (Follower slow = follow(api, id);
                    Follower fast = follow(api, id)) {
                api.queue.awaitWatches(2);
                assertEquals("1-0 running", fast.next());
                for (int sent = 1; api.queue.watches() == 2; sent++) {
                    assertTrue(sent < 500, "32 MB were written to a client that reads nothing");
                    api.queue.progress(claim, text);
                    assertEquals("1-" + sent * text.length() + " 1:" + text, fast.next());
                }
                log.await(" 499 ");
                finish(api, claim);
                assertTrue(fast.next().endsWith(" succeeded"));
                assertTrue(slow.client.endsBeforeItsTime());
            }
        }
    }

    @Test
    void manyWaitingConnectionsAllSeeTheEndOfOneJob() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            List<RawClient> waiting = new ArrayList<>();
            List<Follower> following = new ArrayList<>();
            for (int i = 0; i < WAITERS / 2; i++) {
                waiting.add(
                        api.raw().send("GET /v1/jobs/" + id + "?wait_ms=60000 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                following.add(follow(api, id));
            }
            api.queue.awaitWatches(WAITERS);

            Claim claim = claim(api);
            finish(api, claim);

            for (RawClient client : waiting) {
                assertEquals(
                        "succeeded",
                        TestApi.json(client.read().body()).get("state").textValue());
                client.close();
            }
            for (Follower follower : following) {
                assertEquals("0-0 queued", follower.next());
                assertEquals("1-0 running", follower.next());
                assertEquals("1-19 succeeded", follower.next());
                assertEquals("end", follower.next());
                follower.close();
            }
            assertEquals(0, api.queue.watches());
        }
    }
}
