package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hostile page, or a client without rights, may try: each is refused, and changes nothing. */
class AttackTableTest {
    private static final String JOB = "{\"kind\":\"title\",\"input\":\"x\"}";
    private static final String GOOD_KEY = "X-API-Key: secret";

    private static TestApi open;
    private static TestApi keyed;

    @BeforeAll
    static void start() {
        open = new TestApi();
        keyed = new TestApi(
                TestApi.CONFIG.withKeys(List.of(new ApiKey("plain", ApiKey.hash("secret"), ClientLimits.NONE, false))),
                new TestQueue(1_000),
                Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        open.close();
        keyed.close();
    }

    /**
     * One attempt, with a good key.
     *
     * @param name what it is
     * @param line method and path
     * @param headers all but Host, Content-Length and the key
     * @param host the Host header
     * @param status that must come back; a name that is not found may also be a 400
     */
    record Attack(String name, String line, List<String> headers, String host, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Attack> attacks() {
        return Stream.of(hosts(), origins(), simpleRequests(), paths()).flatMap(attacks -> attacks);
    }

    /** DNS rebinding: a page's own name points at this machine. */
    private static Stream<Attack> hosts() {
        return Stream.of(
                        "evil.example",
                        "evil.example:18820",
                        "127.0.0.1.evil.example",
                        "localhost.evil.example:80",
                        "npu.example.evil.example",
                        "127.0.0.2",
                        "0.0.0.0",
                        "2130706433",
                        "0x7f.1",
                        "localhost.")
                .map(host -> new Attack("Host: " + host, "POST /v1/jobs", json(), host, 421));
    }

    /** A page of another origin sends a request that needs no leave, or that a browser asks leave for first. */
    private static Stream<Attack> origins() {
        Stream<Attack> foreign = Stream.of(
                        "http://evil.example",
                        "https://evil.example",
                        "null",
                        "",
                        "file://",
                        "chrome-extension://localhost",
                        "http://localhost:3000",
                        "http://localhost.evil.example",
                        "http://localhost@evil.example",
                        "http://evil.example/localhost",
                        "http://evil.example#localhost",
                        "http://npu.example.evil.example")
                .map(origin -> attack("Origin: " + origin, "POST /v1/jobs", 403, json("Origin: " + origin)));
        Stream<Attack> elsewhere = Stream.of(
                        "POST /v1/queue/pause",
                        "POST /v1/models/reload",
                        "OPTIONS /v1/jobs",
                        "GET /v1/jobs",
                        "POST /nope")
                .map(line -> attack(line + " of a foreign page", line, 403, List.of("Origin: http://evil.example")));
        Stream<Attack> two = Stream.of(attack(
                "two origins", "POST /v1/jobs", 403, json("Origin: http://localhost", "Origin: http://evil.example")));
        return Stream.of(foreign, elsewhere, two).flatMap(attacks -> attacks);
    }

    /** What a form or a page may send without asking, where an old browser says no origin. */
    private static Stream<Attack> simpleRequests() {
        return Stream.of("/v1/jobs", "/v1/chat/completions", "/v1/worker/generate")
                .flatMap(path -> Stream.of(
                                "text/plain",
                                "application/x-www-form-urlencoded",
                                "multipart/form-data; boundary=x",
                                "")
                        .map(type ->
                                attack(path + " with " + type, "POST " + path, 415, List.of("Content-Type: " + type))));
    }

    /** Names that would leave their directory, were they used as they come. */
    private static Stream<Attack> paths() {
        List<String> climbing = List.of(
                "..%2f..%2f..%2fetc%2fpasswd",
                "..%2F",
                "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "..%5c..%5cetc%5cpasswd",
                "..%c0%afetc%c0%afpasswd",
                "%252e%252e%252fetc%252fpasswd",
                "%2fetc%2fpasswd",
                "a%00.json",
                "%00",
                "job_01KAJ3T0000000000000000000%00",
                "job_01KAJ3T0000000000000000000%2f..",
                "..;/");
        return Stream.of(
                        "/v1/jobs/",
                        "/v1/files/",
                        "/v1/batches/",
                        "/v1/responses/",
                        "/v1/models/",
                        "/v3/models/",
                        "/v2/models/",
                        "/docs/")
                .flatMap(below ->
                        climbing.stream().map(name -> attack(below + name, "GET " + below + name, 404, json())));
    }

    private static Attack attack(String name, String line, int status, List<String> headers) {
        return new Attack(name, line, headers, "localhost", status);
    }

    private static List<String> json(String... more) {
        return Stream.concat(Stream.of("Content-Type: application/json"), Stream.of(more))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void isRefusedWithAndWithoutKeysAndLeavesNoTrace(Attack attack) throws IOException {
        for (TestApi api : List.of(open, keyed)) {
            RawClient.Reply reply = send(api, attack, GOOD_KEY);

            assertEquals(attack.status(), reply.status() == 400 ? 404 : reply.status(), reply.body());
            assertFalse(reply.body().contains("root:"), reply.body());
            assertTrue(reply.headers().keySet().stream().noneMatch(name -> name.startsWith("access-control")));
            untouched(api);
        }
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void isRefusedToWhoeverHasNoKey(Attack attack) throws IOException {
        RawClient.Reply reply = send(keyed, attack, "X-API-Key: guessed");

        boolean foreign = attack.status() == 421 || attack.status() == 403;
        assertEquals(foreign ? attack.status() : 401, reply.status(), reply.body());
        untouched(keyed);
    }

    @Test
    void pagesOfTheServerItselfAndOfListedHostsAreServed() throws IOException {
        for (String headers : List.of(
                "Host: localhost:18820\r\nOrigin: http://localhost:18820",
                "Host: LOCALHOST\r\nOrigin: https://localhost",
                "Host: [::1]:9\r\nOrigin: http://[::1]:9",
                "Host: 127.0.0.1:18820\r\nOrigin: https://npu.example")) {
            try (RawClient client = open.raw()) {
                client.send("GET /v1/queue HTTP/1.1\r\n" + headers + "\r\n\r\n");

                assertEquals(200, client.read().status(), headers);
            }
        }
    }

    private static RawClient.Reply send(TestApi api, Attack attack, String key) throws IOException {
        try (RawClient client = api.raw()) {
            String body = attack.status() == 415 || attack.line().equals("POST /v1/jobs") ? JOB : "";
            return client.send(attack.line() + " HTTP/1.1\r\nHost: " + attack.host() + "\r\n" + key + "\r\n"
                            + String.join("\r\n", attack.headers()) + "\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .read();
        }
    }

    private static void untouched(TestApi api) {
        JsonNode queue = TestApi.json(api.send(api.request("/v1/queue").header("X-API-Key", "secret")));
        assertFalse(queue.get("paused").booleanValue());
        JsonNode jobs = TestApi.json(api.send(api.request("/v1/jobs").header("X-API-Key", "secret")));
        assertTrue(jobs.get("data").isEmpty(), jobs::toString);
    }
}
