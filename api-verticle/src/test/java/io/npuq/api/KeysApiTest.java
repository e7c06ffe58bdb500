package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import io.npuq.schema.config.HttpConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with API keys. */
class KeysApiTest {
    private static final String JOB = "{\"kind\":\"title\",\"input\":\"x\"}";
    private static final ClientLimits FEW_JOBS =
            new ClientLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(1), 0);
    private static final ClientLimits FEW_REQUESTS =
            new ClientLimits(OptionalLong.of(2), OptionalLong.empty(), OptionalLong.empty(), 0);
    private static final ClientLimits PATIENT =
            new ClientLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), 6);

    private static TestApi api;

    @BeforeAll
    static void start() {
        List<ApiKey> keys = List.of(
                key("plain", ClientLimits.NONE, false),
                key("few-jobs", FEW_JOBS, false),
                key("few-requests", FEW_REQUESTS, false),
                key("patient", PATIENT, false),
                key("admin", ClientLimits.NONE, true));
        api = new TestApi(TestApi.CONFIG.withKeys(keys), new TestQueue(1_000), Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiKey key(String name, ClientLimits limits, boolean admin) {
        return new ApiKey(name, ApiKey.hash("key-of-" + name), limits, admin);
    }

    private static String[] as(String name) {
        return new String[] {"Authorization", "Bearer key-of-" + name};
    }

    private static HttpResponse<String> get(String path, String... headers) {
        return api.send(
                headers.length == 0 ? api.request(path) : api.request(path).headers(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/health"})
    void healthIsForEveryone(String path) {
        assertEquals(200, get(path).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/jobs",
                "/v1/queue",
                "/v1/jobs/job_01KAJ3T0000000000000000000/events",
                "/models",
                "/health/devices",
                "/nope",
                "/",
                "/healthz/",
                "/%68ealthz",
                "//healthz",
                "/healthz/../v1/queue",
                "/health/%2e%2e/v1/queue",
                "/ui/../v1/queue",
                "/ui/%2e%2e/v1/queue",
                "/ui/main.js/../../v1/queue",
                "/ui/..%2fv1/queue",
                "/ui/",
                "//ui"
            })
    void everythingElseWantsAKey(String path) throws IOException {
        for (String header : List.of(
                "",
                "Authorization: Bearer wrong\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Basic key-of-plain\r\n",
                "Authorization: key-of-plain\r\n",
                "X-API-Key: \r\n",
                "X-API-Key: key-of-plai\r\n",
                "X-API-Key: " + ApiKey.hash("key-of-plain") + "\r\n")) {
            try (RawClient client = api.raw()) {
                RawClient.Reply reply = client.send(
                                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
                        .read();

                assertEquals(401, reply.status(), path + " " + header);
                assertEquals("Bearer", reply.header("www-authenticate"));
                assertTrue(reply.body().contains("X-API-Key: KEY"), reply.body());
            }
        }
    }

    @Test
    void refusalHasTheShapeOfItsDialect() {
        assertEquals(
                "invalid_api_key",
                TestApi.json(get("/v1/jobs")).at("/error/code").textValue());
        assertTrue(TestApi.json(get("/models")).get("error").isTextual());
    }

    @Test
    void bodyOfAStrangerIsNotRead() throws IOException {
        try (RawClient client = api.raw()) {
            client.send(
                    "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");

            assertEquals(401, client.read().status());
            assertTrue(client.closes());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer key-of-plain",
        "Authorization, bearer  key-of-plain",
        "X-API-Key, key-of-plain",
        "x-api-key, key-of-plain"
    })
    void keyIsTakenAsBearerOrByItsOwnHeader(String header, String value) {
        assertEquals(200, get("/v1/queue", header, value).statusCode());
    }

    @Test
    void moreRequestsThanAllowedAreToldWhenToComeAgain() {
        assertEquals(200, get("/v1/queue", as("few-requests")).statusCode());
        assertEquals(404, get("/nope", as("few-requests")).statusCode());
        var third = get("/v1/queue", as("few-requests"));

        assertEquals(429, third.statusCode());
        assertTrue(third.headers().firstValue("Retry-After").orElseThrow().matches("[1-9]|[1-5][0-9]|60"));
        assertEquals("rate_limit_error", TestApi.json(third).at("/error/type").textValue());
        assertEquals(200, get("/healthz", as("few-requests")).statusCode());
        assertEquals(200, get("/v1/queue", as("plain")).statusCode());
    }

    @Test
    void keysThatChangeWhileItServesTakeTheOldOnesPlaceAndGoOnCounting() {
        ApiKey stays = key("few-requests", FEW_REQUESTS, false);
        HttpConfig config = TestApi.CONFIG.withKeys(List.of(stays, key("goes", ClientLimits.NONE, false)));
        try (TestApi other = new TestApi(config, new TestQueue(1_000), Duration.ofSeconds(60))) {
            assertEquals(200, other.get("/v1/queue", as("few-requests")).statusCode());
            assertEquals(200, other.get("/v1/queue", as("goes")).statusCode());

            other.verticle.changeKeys(List.of(stays, key("comes", ClientLimits.NONE, true)));

            assertEquals(401, other.get("/v1/queue", as("goes")).statusCode());
            assertEquals(200, other.get("/v1/queue", as("comes")).statusCode());
            assertEquals(200, other.post("/v1/queue/pause", "", as("comes")).statusCode());
            assertEquals(200, other.get("/v1/queue", as("few-requests")).statusCode());
            assertEquals(429, other.get("/v1/queue", as("few-requests")).statusCode());
            assertThrows(IllegalArgumentException.class, () -> other.verticle.changeKeys(List.of()));
        }
    }

    @Test
    void moreJobsThanAllowedAreRefusedToThatKeyAlone() {
        assertEquals(202, api.post("/v1/jobs", JOB, as("few-jobs")).statusCode());
        var second = api.post("/v1/jobs", JOB, as("few-jobs"));
        var worker = api.post("/v1/worker/generate", "{\"job\":\"title\",\"input\":\"x\"}", as("few-jobs"));

        assertEquals(429, second.statusCode());
        assertTrue(second.headers().firstValue("Retry-After").isPresent());
        assertEquals(429, worker.statusCode());
        assertEquals(202, api.post("/v1/jobs", JOB, as("plain")).statusCode());
    }

    @Test
    void moreUrgentPriorityThanAllowedIsRefusedNamingBoth() {
        var refused = api.post("/v1/jobs", job(5), as("patient"));

        assertEquals(403, refused.statusCode());
        String message = TestApi.json(refused).at("/error/message").textValue();
        assertTrue(message.contains("priority 5") && message.contains("is 6"), message);
        assertEquals(202, api.post("/v1/jobs", job(6), as("patient")).statusCode());
    }

    @Test
    void requestWithoutAPriorityGetsTheMostUrgentThatItsKeyMay() {
        var taken = api.post("/v1/jobs", JOB, as("patient"));

        assertEquals(202, taken.statusCode());
        assertEquals(6, TestApi.json(taken).get("priority").intValue());
    }

    @Test
    void linesOfABulkRequestAreJudgedOneByOne() {
        var answers = api.send(api.request("/v1/jobs/bulk")
                .headers(as("patient"))
                .header("Content-Type", "application/x-ndjson")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(job(2) + "\n" + JOB + "\n" + job(9) + "\n")));

        List<Integer> statuses = answers.body()
                .lines()
                .map(line -> TestApi.json(line).get("status").intValue())
                .toList();
        assertEquals(List.of(403, 202, 202), statuses, answers.body());
    }

    private static String job(int priority) {
        return "{\"kind\":\"title\",\"input\":\"x\",\"priority\":" + priority + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/queue/pause",
                "/v1/queue/drain",
                "/v1/queue/backup",
                "/v1/models/reload",
                "/v1/queue/%70ause",
                "/v1/queue/x/../pause",
                "/v1//queue/pause"
            })
    void whatChangesTheServerForAllIsForAdmins(String path) throws IOException {
        try (RawClient client = api.raw()) {
            RawClient.Reply reply = client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "X-API-Key: key-of-plain\r\nContent-Length: 0\r\n\r\n")
                    .read();

            assertTrue(reply.status() == 403 || reply.status() == 404, reply.status() + " " + reply.body());
        }
        assertFalse(isPaused());
    }

    @Test
    void adminsMayChangeTheServerForAll() {
        assertEquals(200, api.post("/v1/queue/pause", "", as("admin")).statusCode());
        assertTrue(isPaused());
        assertEquals(403, api.post("/v1/queue/resume", "", as("plain")).statusCode());
        assertEquals(200, api.post("/v1/queue/resume", "", as("admin")).statusCode());
    }

    private static boolean isPaused() {
        return TestApi.json(get("/v1/queue", as("plain"))).get("paused").booleanValue();
    }

    @Test
    void logHasTheNameOfTheKeyAndNeverTheKey() {
        try (RequestLog log = new RequestLog()) {
            get("/v1/queue", as("plain"));
            get("/v1/queue", "X-API-Key", "key-of-nobody");

            assertTrue(
                    log.lines().stream().anyMatch(line -> line.endsWith(" key=plain")),
                    log.lines().toString());
            assertFalse(
                    log.lines().stream().anyMatch(line -> line.contains("key-of")),
                    log.lines().toString());
        }
    }
}
