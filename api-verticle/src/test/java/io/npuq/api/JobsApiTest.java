package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobRequest;
import io.npuq.schema.ResponseFormat;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The jobs API over real HTTP. */
class JobsApiTest {
    private static final String TITLE = "{\"kind\":\"title\",\"input\":\"The mail server is slow\"}";

    @Test
    void submittedJobComesBackWholeAndInOrder() {
        try (TestApi api = new TestApi()) {
            var answer = api.post(
                    "/v1/jobs",
                    "{\"kind\":\"summary\",\"input\":\"x\",\"priority\":3,\"deadline_ms\":60000,\"device\":\"npu\","
                            + "\"max_new_tokens\":16,\"metadata\":{\"a\":\"b\"}}");

            JsonNode job = TestApi.json(answer);
            String id = job.get("id").textValue();
            assertEquals(202, answer.statusCode());
            assertEquals(
                    "/v1/jobs/" + id, answer.headers().firstValue("Location").orElseThrow());
            assertTrue(id.matches("job_[0-9A-HJKMNP-TV-Z]{26}"));
            String times = "\"created_at\":" + job.get("created_at") + ",\"started_at\":null,\"finished_at\":null,"
                    + "\"deadline_at\":" + job.get("deadline_at");
            assertEquals(
                    "{\"id\":\"" + id
                            + "\",\"object\":\"job\",\"kind\":\"summary\",\"state\":\"queued\",\"priority\":3,"
                            + "\"device\":\"npu\"," + times + ",\"attempt\":0,\"max_attempts\":3,"
                            + "\"queue\":{\"position\":" + job.at("/queue/position") + ",\"eta_ms\":"
                            + job.at("/queue/eta_ms")
                            + "},\"result\":null,\"error\":null,\"evidence\":null,\"metadata\":{\"a\":\"b\"}}",
                    answer.body());
            assertTrue(
                    job.get("created_at").textValue().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
        }
    }

    @Test
    void listIsSearchedAndFiltered() {
        try (TestApi api = new TestApi()) {
            String report = api.submit(
                    "{\"kind\":\"title\",\"input\":\"x\",\"priority\":1,\"metadata\":{\"folder\":\"Reports\"}}");
            String mail = api.submit("{\"kind\":\"summary\",\"input\":\"reports\",\"priority\":7}");
            assertEquals(
                    report,
                    TestApi.json(api.get("/v1/jobs?q=reports")).at("/data/0/id").textValue());
            assertEquals(
                    1, TestApi.json(api.get("/v1/jobs?q=reports")).get("data").size());
            assertEquals(
                    mail,
                    TestApi.json(api.get("/v1/jobs?priority=7"))
                            .at("/data/0/id")
                            .textValue());
            assertEquals(
                    0, TestApi.json(api.get("/v1/jobs?lane=cpu")).get("data").size());
            for (String wrong : List.of("q=", "q=%20", "q=" + "x".repeat(101), "priority=10", "lane=tpu")) {
                assertEquals(400, api.get("/v1/jobs?" + wrong).statusCode(), wrong);
            }
        }
    }

    @Test
    void entriesOfAJobInTheLogAreShownWithoutItsTexts() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            String id = api.submit("{\"kind\":\"title\",\"input\":\"a secret\"}");
            api.get("/v1/jobs/" + id + "?wait_ms=60000");
            HttpResponse<String> answer = api.get("/v1/jobs/" + id + "/log");
            JsonNode log = TestApi.json(answer);
            assertTrue(log.get("complete").booleanValue());
            assertEquals("submit", log.at("/data/0/change/type").textValue());
            assertEquals(id, log.at("/data/0/job").textValue());
            assertEquals(
                    "end",
                    log.at("/data/" + (log.get("data").size() - 1) + "/change/type")
                            .textValue());
            assertFalse(answer.body().contains("secret"));
            assertEquals(
                    404, api.get("/v1/jobs/job_01KAJ3T0000000000000000000/log").statusCode());
        }
    }

    @Test
    void aChatCarriesTheFormOfItsAnswerToTheLane() {
        String schema = "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"a\":{}}}";
        Map<String, ResponseFormat> formats = Map.of(
                "{\"type\":\"text\"}",
                ResponseFormat.TEXT,
                "null",
                ResponseFormat.TEXT,
                "{\"type\":\"json_object\"}",
                new ResponseFormat.JsonObject(),
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"description\":\"d\",\"strict\":true,"
                        + "\"schema\":" + schema + "}}",
                new ResponseFormat.JsonSchema("n", schema));
        formats.forEach((json, format) -> {
            CompletableFuture<JobRequest> seen = new CompletableFuture<>();
            try (TestApi api = new TestApi().lane(claim -> {
                seen.complete(claim.request());
                return Outcomes.onNpu(claim);
            })) {
                String id = api.submit("{\"kind\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + "\"response_format\":" + json + "}");
                assertEquals(200, api.get("/v1/jobs/" + id + "?wait_ms=60000").statusCode());
                assertEquals(format, seen.join().responseFormat());
            }
        });
    }

    @Test
    void finishedJobCarriesResultAndEvidenceInOrder() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            String id = api.submit(TITLE);

            var answer = api.get("/v1/jobs/" + id + "?wait_ms=60000");

            assertEquals(200, answer.statusCode());
            assertTrue(
                    answer.body()
                            .contains(
                                    "\"queue\":{\"position\":null,\"eta_ms\":null},"
                                            + "\"result\":{\"text\":\"Mail server is slow\",\"json\":null,\"finish_reason\":\"stop\","
                                            + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":4}},\"error\":null,"
                                            + "\"evidence\":{\"model\":\"tiny-qwen2\",\"model_digest\":\""
                                            + "ab".repeat(32)
                                            + "\",\"runtime\":\"2026.4.1-build\",\"driver\":null,\"device_requested\":\"NPU\","
                                            + "\"device_actual\":\"NPU\",\"route_reason\":\"within_limit\",\"prompt_chars\":12,"
                                            + "\"prompt_tokens\":20,\"max_new_tokens\":32,\"completion_tokens\":4,"
                                            + "\"timing_ms\":{\"queue_wait\":1.5,\"load\":0.0,\"initial_load\":1200.25,"
                                            + "\"time_to_first_token\":3.25,\"generate\":40.5,\"total\":42.75},"
                                            + "\"npu_busy_before_us\":1000,\"npu_busy_after_us\":39000,\"npu_busy_delta_us\":38000,"
                                            + "\"npu_busy_quiet\":true,\"attempt\":1,\"verdict\":\"npu_verified\"},\"metadata\":{}}"),
                    answer.body());
        }
    }

    @Test
    void jsonKindsCarryTheirObject() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            String id = api.submit("{\"kind\":\"memory\",\"input\":\"x\"}");

            JsonNode job = TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"));

            assertEquals("memory_candidate", job.get("kind").textValue());
            assertEquals("n", job.at("/result/json/notes").textValue());
        }
    }

    @Test
    void failedJobSaysWhy() {
        try (TestApi api = new TestApi().lane(claim -> Outcomes.failed(ErrorCode.MODEL_UNAVAILABLE, "no model"))) {
            String id = api.submit(TITLE);

            JsonNode job = TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"));

            assertEquals("failed", job.get("state").textValue());
            assertEquals(
                    "{\"code\":\"model_unavailable\",\"message\":\"no model\"}",
                    job.get("error").toString());
        }
    }

    @Test
    void sixThousandEmojiPass() {
        try (TestApi api = new TestApi()) {
            assertEquals(
                    202,
                    api.post("/v1/jobs", "{\"kind\":\"title\",\"input\":\"" + "😀".repeat(6_000) + "\"}")
                            .statusCode());
        }
    }

    @Test
    void chatTakesMessagesAndSampling() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            var answer = api.post(
                    "/v1/jobs",
                    "{\"kind\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0.5,"
                            + "\"top_p\":0.9,\"top_k\":5,\"seed\":7,\"stop\":\"END\",\"max_new_tokens\":1024}");

            assertEquals(202, answer.statusCode(), answer.body());
        }
    }

    @Test
    void waitEndsAtItsTimeoutWithTheJobAsItStands() {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            long started = System.nanoTime();

            JsonNode job = TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=150"));

            assertTrue(System.nanoTime() - started >= Duration.ofMillis(150).toNanos());
            assertEquals("queued", job.get("state").textValue());
            assertEquals(0, api.queue.watches());
        }
    }

    @Test
    void waitEndsWithTheJob() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            String id = api.submit(TITLE);
            client.send("GET /v1/jobs/" + id + "?wait_ms=60000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            api.queue.awaitWatches(1);
            api.lane(Outcomes::onNpu);

            assertEquals(
                    "succeeded", TestApi.json(client.read().body()).get("state").textValue());
            assertEquals(0, api.queue.watches());
        }
    }

    @Test
    void watchEndsWhenTheWaitingClientGoesAway() throws IOException {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            try (RawClient client = api.raw()) {
                client.send("GET /v1/jobs/" + id + "?wait_ms=60000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
                api.queue.awaitWatches(1);
            }

            api.queue.awaitWatches(0);
        }
    }

    @Test
    void waitForAnUnknownJobIsA404AtOnce() {
        try (TestApi api = new TestApi()) {
            var answer = api.get("/v1/jobs/job_01KAJ3T0000000000000000000?wait_ms=60000");

            assertEquals(404, answer.statusCode());
            assertEquals(0, api.queue.watches());
        }
    }

    @Test
    void listIsPagedNewestFirst() {
        try (TestApi api = new TestApi()) {
            String first = api.submit(TITLE);
            String second = api.submit("{\"kind\":\"summary\",\"input\":\"x\"}");
            String third = api.submit(TITLE);

            JsonNode page = TestApi.json(api.get("/v1/jobs?limit=2"));
            JsonNode rest = TestApi.json(
                    api.get("/v1/jobs?limit=2&after=" + page.get("last_id").textValue()));

            assertEquals("list", page.get("object").textValue());
            assertEquals(third, page.at("/data/0/id").textValue());
            assertEquals(second, page.at("/data/1/id").textValue());
            assertTrue(page.get("has_more").booleanValue());
            assertEquals(second, page.get("last_id").textValue());
            assertEquals(1, rest.get("data").size());
            assertEquals(first, rest.get("last_id").textValue());
            assertEquals(
                    1,
                    TestApi.json(api.get("/v1/jobs?kind=summary")).get("data").size());
            assertEquals(
                    "{\"object\":\"list\",\"data\":[],\"has_more\":false,\"last_id\":null}",
                    api.get("/v1/jobs?state=succeeded&kind=memory").body());
        }
    }

    @Test
    void cancelIsIdempotent() {
        try (TestApi api = new TestApi()) {
            String id = api.submit(TITLE);
            for (int i = 0; i < 2; i++) {
                var answer = api.send(api.request("/v1/jobs/" + id + "/cancel")
                        .POST(java.net.http.HttpRequest.BodyPublishers.noBody()));

                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("cancelled", TestApi.json(answer).get("state").textValue());
            }
        }
    }

    @Test
    void runningJobStopsWhenItIsCancelled() {
        CompletableFuture<Void> running = new CompletableFuture<>();
        try (TestApi api = new TestApi().lane(claim -> {
            running.complete(null);
            return Outcomes.untilCancelled(claim);
        })) {
            String id = api.submit(TITLE);
            running.join();

            api.post("/v1/jobs/" + id + "/cancel", "{}");

            assertEquals(
                    "cancelled",
                    TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"))
                            .get("state")
                            .textValue());
        }
    }

    @Test
    void fullQueueSaysWhenToComeAgain() {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(1), Duration.ofSeconds(60))) {
            api.submit(TITLE);

            var answer = api.post("/v1/jobs", TITLE);

            assertEquals(429, answer.statusCode());
            assertTrue(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow()) >= 1);
            assertEquals("queue_full", TestApi.json(answer).at("/error/code").textValue());
            assertEquals(
                    "rate_limit_error", TestApi.json(answer).at("/error/type").textValue());
        }
    }

    @Test
    void queueIsShownAsAWhole() {
        try (TestApi api = new TestApi()) {
            api.submit(TITLE);
            api.submit("{\"kind\":\"title\",\"input\":\"x\",\"priority\":0}");

            String body = api.get("/v1/queue").body();

            JsonNode queue = TestApi.json(body);
            assertEquals(
                    "{\"by_state\":{\"queued\":2,\"running\":0,\"succeeded\":0,\"failed\":0,\"cancelled\":0,\"expired\":0},"
                            + "\"by_lane\":{\"npu\":0,\"gpu\":0,\"cpu\":0,\"remote\":0,\"builtin\":0,\"embedding\":0},"
                            + "\"by_priority\":{\"0\":1,\"5\":1}}",
                    queue.get("depth").toString());
            assertEquals(
                    "{\"object\":\"queue\",\"depth\":" + queue.get("depth") + ",\"oldest_wait_ms\":"
                            + queue.get("oldest_wait_ms")
                            + ",\"service_rate_per_second\":null,\"running\":[],\"lanes\":[],\"routed\":{\"requested\":0,\"within_limit\":0,\"prompt_too_long\":0,\"npu_unavailable\":0,\"load_failed\":0,\"npu_saturated\":0,\"deadline_at_risk\":0,\"spill\":0},\"queued_max\":1000,\"queued_bytes\":"
                            + queue.get("queued_bytes") + ",\"paused\":false,\"draining\":false}",
                    body);
            assertTrue(queue.get("oldest_wait_ms").longValue() >= 0);
        }
    }

    @Test
    void sameKeyIsTheSameJobAndAnotherBodyAConflict() {
        try (TestApi api = new TestApi()) {
            String id = TestApi.json(api.post("/v1/jobs", TITLE, "Idempotency-Key", "k-1"))
                    .get("id")
                    .textValue();

            var again = api.post("/v1/jobs", TITLE, "Idempotency-Key", "k-1");
            var other = api.post("/v1/jobs", "{\"kind\":\"title\",\"input\":\"y\"}", "Idempotency-Key", "k-1");

            assertEquals(202, again.statusCode());
            assertEquals(id, TestApi.json(again).get("id").textValue());
            assertEquals(409, other.statusCode());
            assertEquals("false", other.headers().firstValue("x-should-retry").orElseThrow());
            assertEquals(
                    "idempotency_key_reused",
                    TestApi.json(other).at("/error/code").textValue());
            assertEquals(
                    1,
                    TestApi.json(api.get("/v1/queue"))
                            .at("/depth/by_state/queued")
                            .intValue());
        }
    }

    @Test
    void tooLongAKeyIsRefused() {
        try (TestApi api = new TestApi()) {
            assertEquals(
                    400,
                    api.post("/v1/jobs", TITLE, "Idempotency-Key", "k".repeat(201))
                            .statusCode());
        }
    }

    @Test
    void deadlineThatCannotBeKeptIsRefusedWithTheEstimate() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            api.get("/v1/jobs/" + api.submit(TITLE) + "?wait_ms=60000");
            api.post("/v1/queue/pause", "");
            for (int i = 0; i < 900; i++) {
                api.submit(TITLE);
            }
            String hurried = "{\"kind\":\"title\",\"input\":\"x\",\"priority\":9,\"deadline_ms\":1%s}";

            var refused = api.post("/v1/jobs", hurried.formatted(""));
            var tried = api.post("/v1/jobs", hurried.formatted(",\"deadline_mode\":\"best_effort\""));

            assertEquals(422, refused.statusCode());
            assertEquals(
                    "deadline_unreachable",
                    TestApi.json(refused).at("/error/code").textValue());
            assertEquals("false", refused.headers().firstValue("x-should-retry").orElseThrow());
            assertEquals(202, tried.statusCode());
        }
    }

    @Test
    void pausedQueueTakesJobsAndStartsThemWhenItIsResumed() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            JsonNode paused = TestApi.json(api.post("/v1/queue/pause", ""));
            assertTrue(paused.get("paused").booleanValue());
            String id = api.submit(TITLE);
            assertEquals(
                    "queued",
                    TestApi.json(api.get("/v1/jobs/" + id)).get("state").textValue());

            assertEquals(200, api.post("/v1/queue/resume", "{}").statusCode());

            assertEquals(
                    "succeeded",
                    TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"))
                            .get("state")
                            .textValue());
        }
    }

    @Test
    void oneHostIsAllHostsOfAQueueOfItsOwn() {
        try (TestApi api = new TestApi()) {
            for (String scope : List.of("host", "all")) {
                String body = "{\"scope\":\"" + scope + "\"}";
                assertTrue(TestApi.json(api.post("/v1/queue/pause", body))
                        .get("paused")
                        .booleanValue());
                assertFalse(TestApi.json(api.post("/v1/queue/resume", body))
                        .get("paused")
                        .booleanValue());
            }
            var refused = api.post("/v1/queue/pause", "{\"scope\":\"world\"}");
            assertEquals(400, refused.statusCode());
            assertEquals(
                    "scope must be one of host, all",
                    TestApi.json(refused).at("/error/message").textValue());
            assertFalse(TestApi.json(api.get("/v1/queue")).get("paused").booleanValue());
        }
    }

    @Test
    void drainingQueueAnswersUnavailable() {
        try (TestApi api = new TestApi()) {
            assertTrue(TestApi.json(api.post("/v1/queue/drain", ""))
                    .get("draining")
                    .booleanValue());

            var refused = api.post("/v1/jobs", TITLE);

            assertEquals(503, refused.statusCode());
            assertTrue(
                    Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow()) >= 1);
        }
    }

    @Test
    void failedJobIsRetriedAsANewOneAndOthersAreNot() {
        try (TestApi api = new TestApi().lane(claim -> Outcomes.failed(ErrorCode.GENERATION_FAILED, "stumbled"))) {
            String id = api.submit(TITLE);
            api.get("/v1/jobs/" + id + "?wait_ms=60000");

            var retried = api.post("/v1/jobs/" + id + "/retry", "");
            api.post("/v1/queue/pause", "");
            String waiting = api.submit(TITLE);

            assertEquals(202, retried.statusCode());
            assertFalse(TestApi.json(retried).get("id").textValue().equals(id));
            assertEquals(409, api.post("/v1/jobs/" + waiting + "/retry", "").statusCode());
            assertEquals(
                    404,
                    api.post("/v1/jobs/job_00000000000000000000000000/retry", "")
                            .statusCode());
        }
    }
}
