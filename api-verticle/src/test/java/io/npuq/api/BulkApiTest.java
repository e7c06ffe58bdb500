package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many jobs in one request, over real HTTP. */
class BulkApiTest {
    private static final String TITLE = "{\"kind\":\"title\",\"input\":\"The mail server is slow\"}";
    private static final String HEAD = String.join(
            "\r\n",
            "POST /v1/jobs/bulk HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/x-ndjson",
            "Transfer-Encoding: chunked",
            "",
            "");

    private static HttpResponse<String> bulk(TestApi api, byte[] body) {
        return api.send(api.request("/v1/jobs/bulk")
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static List<JsonNode> lines(TestApi api, String body) {
        HttpResponse<String> answer = bulk(api, body.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "application/x-ndjson",
                answer.headers().firstValue("Content-Type").orElseThrow());
        assertTrue(answer.headers().firstValue("X-Request-ID").isPresent());
        return answer.body().lines().map(TestApi::json).toList();
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void eachLineIsAnsweredInOrderWithItsNumber() {
        try (TestApi api = new TestApi()) {
            List<JsonNode> answers = lines(api, TITLE + "\n\n{\"kind\":\"poem\",\"input\":\"x\"}\r\n  \r\n" + TITLE);

            assertEquals(
                    List.of(1, 3, 5),
                    answers.stream().map(line -> line.get("line").intValue()).toList());
            assertEquals(
                    "{\"line\":1,\"status\":202,\"id\":" + answers.get(0).get("id") + ",\"state\":\"queued\"}",
                    answers.get(0).toString());
            assertEquals(400, answers.get(1).get("status").intValue());
            assertEquals(
                    "{\"message\":\"kind must be one of title, summary, notification, memory_candidate, chat, embedding\","
                            + "\"type\":\"invalid_request_error\",\"param\":\"kind\",\"code\":\"invalid_value\"}",
                    answers.get(1).get("error").toString());
            for (JsonNode taken : List.of(answers.get(0), answers.get(2))) {
                assertEquals(
                        200, api.get("/v1/jobs/" + taken.get("id").textValue()).statusCode());
            }
        }
    }

    @Test
    void badLineCostsOnlyItself() {
        List<String> bad = List.of(
                "[]",
                "{\"kind\":\"title\"",
                "\u00ff\u00fe",
                "{\"kind\":\"title\",\"input\":\"\u00c3(\"}",
                "{\"kind\":\"title\",\"input\":\"\u00c0\u00af\"}",
                "{\u0000\"\u0000k\u0000",
                "\u00ef\u00bb\u00bf" + TITLE,
                "[".repeat(5_000),
                TITLE + TITLE,
                TITLE + "x",
                "{\"kind\":\"title\",\"kind\":\"title\",\"input\":\"x\"}");
        try (TestApi api = new TestApi()) {
            List<JsonNode> answers = lines(api, String.join("\n", bad) + "\n" + TITLE + "\n");

            assertEquals(bad.size() + 1, answers.size());
            answers.subList(0, bad.size())
                    .forEach(line -> assertEquals(400, line.get("status").intValue(), line.toString()));
            assertEquals(202, answers.get(bad.size()).get("status").intValue());
            assertEquals(
                    1, TestApi.json(api.get("/v1/jobs?limit=200")).get("data").size());
        }
    }

    @Test
    void lineOfAnotherScriptIsTakenWhole() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer =
                    bulk(api, "{\"kind\":\"title\",\"input\":\"世界 🌍\"}\n".getBytes(StandardCharsets.UTF_8));

            assertEquals(202, TestApi.json(answer.body().strip()).get("status").intValue(), answer.body());
        }
    }

    @Test
    void lineOverItsBoundIsRefusedAndTheNextOneTaken() {
        try (TestApi api = new TestApi()) {
            List<JsonNode> answers = lines(api, "x".repeat((1 << 20) + 1) + "\n" + TITLE + "\n" + "x".repeat(2 << 20));

            assertEquals("line_too_large", answers.get(0).at("/error/code").textValue());
            assertEquals(413, answers.get(0).get("status").intValue());
            assertEquals(202, answers.get(1).get("status").intValue());
            assertEquals("line_too_large", answers.get(2).at("/error/code").textValue());
        }
    }

    @Test
    void linesBeyondTheBoundAreNotTakenAndThatIsSaid() {
        try (TestApi api = new TestApi()) {
            List<JsonNode> answers = lines(api, "\n".repeat(100_000) + TITLE + "\n" + TITLE);

            assertEquals(1, answers.size());
            assertEquals(100_001, answers.get(0).get("line").intValue());
            assertEquals("too_many_lines", answers.get(0).at("/error/code").textValue());
        }
    }

    @Test
    void fullQueueRefusesTheRestLineByLine() {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(3), Duration.ofSeconds(60))) {
            List<JsonNode> answers = lines(api, (TITLE + "\n").repeat(5));

            assertEquals(
                    List.of(202, 202, 202, 429, 429),
                    answers.stream().map(line -> line.get("status").intValue()).toList());
            assertEquals("queue_full", answers.get(3).at("/error/code").textValue());
            assertTrue(answers.get(4).get("retry_after").intValue() >= 1);
        }
    }

    @Test
    void moreLinesThanTheWindowHoldsAreAllTaken() {
        int count = 5_000;
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(count), Duration.ofSeconds(60))) {
            List<JsonNode> answers = lines(api, (TITLE + "\n").repeat(count));

            assertEquals(
                    IntStream.rangeClosed(1, count).boxed().toList(),
                    answers.stream().map(line -> line.get("line").intValue()).toList());
            assertEquals(
                    count,
                    answers.stream()
                            .map(line -> line.get("id").textValue())
                            .collect(Collectors.toSet())
                            .size());
        }
    }

    @Test
    void answersComeWhileTheRequestGoesOn() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send(HEAD + chunk(TITLE + "\n" + TITLE.substring(0, 9)));
            assertTrue(client.readHead().contains("200 OK"));
            assertTrue(client.readChunk().startsWith("{\"line\":1,\"status\":202"));

            client.send(chunk(TITLE.substring(9) + "\n"));
            assertTrue(client.readChunk().startsWith("{\"line\":2,\"status\":202"));

            client.send("0\r\n\r\n");
            assertEquals("", client.readChunk());
            client.send("GET /v1/queue HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(200, client.read().status());
        }
    }

    @Test
    void clientThatLeavesInMidLineHasThatLineNotTaken() throws IOException {
        try (TestApi api = new TestApi()) {
            try (RawClient client = api.raw()) {
                client.send(HEAD + chunk(TITLE + "\n" + TITLE));
                client.readHead();
                assertTrue(client.readChunk().startsWith("{\"line\":1,\"status\":202"));
            }

            assertEquals(202, lines(api, TITLE).get(0).get("status").intValue());
            assertEquals(2, TestApi.json(api.get("/v1/jobs")).get("data").size());
        }
    }

    @Test
    void brokenFramingEndsTheRequestAndTheServerGoesOn() throws IOException {
        try (TestApi api = new TestApi()) {
            try (RawClient client = api.raw()) {
                assertEquals(400, client.send(HEAD + "zz\r\n").read().status());
                assertTrue(client.closes());
            }
            assertEquals(202, lines(api, TITLE).get(0).get("status").intValue());
        }
    }

    @Test
    void emptyBodyAndOtherTypesAreRefusedAsAWhole() {
        try (TestApi api = new TestApi()) {
            assertEquals(400, bulk(api, new byte[0]).statusCode());
            assertEquals(400, bulk(api, "\n\n".getBytes(StandardCharsets.UTF_8)).statusCode());
            assertEquals(415, api.post("/v1/jobs/bulk", TITLE).statusCode());
            assertEquals(405, api.get("/v1/jobs/bulk").statusCode());
            assertEquals(400, bulk(api, "/v1/jobs/bulk?x=1", TITLE).statusCode());
            assertEquals(404, bulk(api, "/v1/jobs/bulk/", TITLE).statusCode());
            assertEquals(404, bulk(api, "/v1/jobs/b%75lk", TITLE).statusCode());
        }
    }

    private static HttpResponse<String> bulk(TestApi api, String path, String body) {
        return api.send(api.request(path)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void moreBulkRequestsThanAreServedAtOnceAreToldToComeAgain() throws IOException {
        try (TestApi api = new TestApi()) {
            List<RawClient> open = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                RawClient client = api.raw();
                open.add(client);
                client.send(HEAD + chunk(TITLE + "\n"));
                client.readHead();
            }

            HttpResponse<String> refused = bulk(api, TITLE.getBytes(StandardCharsets.UTF_8));
            assertEquals(429, refused.statusCode());
            assertEquals(
                    "too_many_bulks", TestApi.json(refused).at("/error/code").textValue());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());

            open.get(0).send("0\r\n\r\n");
            open.get(0).readChunk();
            assertEquals("", open.get(0).readChunk());
            assertEquals(202, lines(api, TITLE).get(0).get("status").intValue());
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void senderThatStopsInMidBodyIsDisconnected() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(200));
                RawClient client = api.raw()) {
            client.send(HEAD + chunk(TITLE));

            assertTrue(client.closes());
        }
    }
}
