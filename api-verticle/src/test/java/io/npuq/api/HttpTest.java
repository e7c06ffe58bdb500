package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.api.embedding.Embeddings;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every path. */
class HttpTest {
    private static final String QUEUE = "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void localAndListedHostsAreServed() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            for (String host : List.of(
                    "localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:18820", "[::1]", "[::1]:9", "npu.example:80")) {
                client.send("GET /v1/queue HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

                assertEquals(200, client.read().status(), host);
            }
        }
    }

    @Test
    void noAnswerInvitesOtherOrigins() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            RawClient.Reply answer = client.send(
                            "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\n\r\n")
                    .read();

            assertTrue(answer.headers().keySet().stream().noneMatch(name -> name.startsWith("access-control")));
        }
    }

    @Test
    void wellFormedRequestIdIsKeptAndAnyOtherReplaced() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            String given = "req_0123456789abcdef01234567";
            assertEquals(given, requestId(client, given));
            assertNotEquals("req_1", requestId(client, "req_1"));
            assertNotEquals(requestId(client, "x"), requestId(client, "x"));
        }
    }

    private static String requestId(RawClient client, String given) throws IOException {
        return client.send("GET /nope HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: " + given + "\r\n\r\n")
                .read()
                .header("X-Request-ID");
    }

    @Test
    void headAnswersWhatGetWouldWithoutItsBody() {
        try (TestApi api = new TestApi()) {
            var get = api.get("/v1/queue");
            var head = api.send(
                    api.request("/v1/queue").method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));

            assertEquals(200, head.statusCode());
            assertEquals("", head.body());
            assertEquals(
                    Integer.toString(get.body().length()),
                    head.headers().firstValue("Content-Length").orElseThrow());
        }
    }

    @Test
    void connectionServesOnAfterARefusedBody() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            client.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(chunk.repeat(32) + "0\r\n\r\n" + QUEUE);

            assertEquals(413, client.read().status());
            assertEquals(200, client.read().status());
        }
    }

    @Test
    void senderWhoNeverStopsIsCutOff() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk =
                    ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);

            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 100_000; i++) {
                    client.send(chunk);
                }
            });
        }
    }

    @Test
    void clientThatAsksFirstIsToldToContinue() throws IOException {
        String body = "{\"kind\":\"title\",\"input\":\"x\"}";
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send(asking(body.length()));
            assertEquals(100, client.read().status());
            client.send(body);
            assertEquals(202, client.read().status());
        }
    }

    private static String asking(int length) {
        return "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @Test
    void clientThatAsksFirstIsSparedABodyThatIsTooLarge() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send(asking(2_000_000));

            assertEquals(413, client.read().status());
            assertTrue(client.closes());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send(QUEUE + "GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n" + QUEUE);

            assertEquals(200, client.read().status());
            assertEquals(404, client.read().status());
            assertEquals(200, client.read().status());
        }
    }

    @Test
    void idleConnectionIsClosed() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(300));
                RawClient client = api.raw()) {
            assertEquals(200, client.send(QUEUE).read().status());
            assertTrue(client.closes());
        }
    }

    @Test
    void halfARequestIsClosedAsWell() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(60));
                RawClient head = api.raw();
                RawClient body = api.raw()) {
            head.send("GET /v1/queue HTTP/1.1\r\nHo");
            body.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");

            assertTrue(head.closes());
            assertTrue(body.closes());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\nX-",
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{"
            })
    void aRequestThatDripsIsCutOff(String begun) throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(300));
                RawClient client = api.raw()) {
            int drips = client.send(begun).dripsUntilClosed("x");

            assertTrue(drips >= 1, "it was closed before it dripped");
            assertEquals(200, api.get("/v1/queue").statusCode());
        }
    }

    @Test
    void moreHeadersThanAllowedEndTheConnectionHoweverSmallEachIs() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            StringBuilder bomb = new StringBuilder("GET /v1/queue HTTP/1.1\r\nHost: localhost\r\n");
            for (int i = 0; i < 3_500; i++) {
                bomb.append('x').append(i).append(":\r\n");
            }
            RawClient.Reply reply = client.send(bomb + "\r\n").read();

            assertEquals(431, reply.status());
            assertTrue(client.closes());
        }
    }

    @Test
    void bodyThatComesInManyPiecesIsReadWhole() throws IOException {
        String body = "{\"kind\":\"embedding\",\"input\":\"" + "0123456789".repeat(7_000) + "\"}";
        StringBuilder chunks = new StringBuilder();
        for (int from = 0, size = 1; from < body.length(); from += size, size++) {
            String piece = body.substring(from, Math.min(body.length(), from + size));
            chunks.append(Integer.toHexString(piece.length()))
                    .append("\r\n")
                    .append(piece)
                    .append("\r\n");
        }
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");

            RawClient.Reply reply = client.read();
            assertEquals(400, reply.status());
            assertTrue(reply.body().contains("70000"), reply.body());
        }
    }

    @Test
    void bodiesThatAreAwaitedHaveOneBoundWhichIsFreeAgainOnceTheirClientsLeft() throws IOException {
        ExecutorService readers = Executors.newCachedThreadPool();
        List<RawClient> clients = new ArrayList<>();
        try (TestApi api = new TestApi()) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                RawClient client = api.raw();
                clients.add(client);
                client.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
                        + "x".repeat(999_000));
                answers.add(CompletableFuture.supplyAsync(() -> status(client), readers));
            }
            assertEquals(
                    503,
                    CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
                            .join());
            for (RawClient client : clients) {
                client.close();
            }
            int last = 503;
            for (int attempt = 0; attempt < 1_000 && last == 503; attempt++) {
                last = api.post("/v1/jobs", "{\"kind\":\"title\",\"input\":\"x\"}")
                        .statusCode();
            }
            assertEquals(202, last);
        } finally {
            readers.shutdownNow();
        }
    }

    private static int status(RawClient client) {
        try {
            return client.read().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void waitingClientIsNotIdle() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(300))) {
            String id = api.submit("{\"kind\":\"title\",\"input\":\"x\"}");
            try (RawClient client = api.raw()) {
                client.send("GET /v1/jobs/" + id + "?wait_ms=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n");

                assertEquals(200, client.read().status());
            }
        }
    }

    @Test
    void closedQueueIsA503() {
        try (TestApi api = new TestApi()) {
            api.queue.close();
            var answer = api.post("/v1/jobs", "{\"kind\":\"title\",\"input\":\"x\"}");

            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().contains("shutting down"), answer.body());
        }
    }

    @Test
    void takenPortIsSaidWithItsAddressAndTheWayOut() {
        try (TestApi first = new TestApi()) {
            HttpConfig same = new HttpConfig("127.0.0.1", first.verticle.port(), Set.of(), false);

            CompletionException failure = assertThrows(CompletionException.class, () -> deployAndClose(same));

            assertTrue(failure.getCause() instanceof BindException);
            assertEquals(
                    "cannot listen on 127.0.0.1:" + same.port()
                            + ": the port is in use; stop what listens there, or choose another with --port (0 takes a free one)",
                    failure.getCause().getMessage());
        }
    }

    @Test
    void addressOfAnotherMachineIsSaid() {
        HttpConfig elsewhere = new HttpConfig("192.0.2.1", 0, Set.of(), false);

        CompletionException failure = assertThrows(CompletionException.class, () -> deployAndClose(elsewhere));

        assertTrue(failure.getCause().getMessage().startsWith("cannot listen on 192.0.2.1:0: "));
    }

    private static void deployAndClose(HttpConfig config) {
        Vertx vertx = Vertx.vertx();
        try (TestQueue queue = new TestQueue(1)) {
            vertx.deployVerticle(new ApiVerticle(
                            queue,
                            queue.config,
                            config,
                            new TestLanes(TestApi.NPU_LANE),
                            Embeddings.NONE,
                            new TestModels(),
                            queue.telemetry,
                            new TestReports(),
                            Clock.systemUTC()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void stoppedServerListensNoMore() {
        TestApi api = new TestApi();
        int port = api.verticle.port();
        api.close();

        assertThrows(ConnectException.class, () -> new RawClient(port).close());
    }

    @Test
    void logLineHasIdsAndNoTextOfUsers() throws IOException {
        List<String> lines = new ArrayList<>();
        Logger logger = Logger.getLogger("io.npuq.api.requests");
        Handler collect = new Handler() {
            @Override
            public void publish(LogRecord line) {
                synchronized (lines) {
                    lines.add(line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(collect);
        try (TestApi api = new TestApi()) {
            var answer = api.post("/v1/jobs", "{\"kind\":\"title\",\"input\":\"SECRET\"}");
            api.get("/v1/jobs?state=SECRET");
            String id = TestApi.json(answer).get("id").textValue();
            String request = answer.headers().firstValue("X-Request-ID").orElseThrow();
            synchronized (lines) {
                assertTrue(lines.stream()
                        .anyMatch(line -> line.matches("POST /v1/jobs 202 [0-9]+\\.[0-9] ms " + request + " " + id)));
                assertFalse(lines.stream().anyMatch(line -> line.contains("SECRET")));
            }
        } finally {
            logger.removeHandler(collect);
        }
    }
}
