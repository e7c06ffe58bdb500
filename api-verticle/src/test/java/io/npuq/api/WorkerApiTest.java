package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobKind;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.HttpConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounded worker contract over real HTTP. */
class WorkerApiTest {
    private static final String TITLE =
            "{\"job\":\"title\",\"input\":\"The mail server is slow\",\"max_new_tokens\":32}";
    private static final HttpConfig FALLBACK = new HttpConfig("127.0.0.1", 0, Set.of(), true);
    private static final String NPU_ANSWER =
            "{\"model\":\"tiny-qwen2\",\"device\":\"NPU\",\"job\":\"title\",\"text\":\"Mail server is slow\",\"json\":null,"
                    + "\"timing_ms\":{\"load\":0.0,\"initial_load\":1200.25,\"generate\":40.5,\"total\":42.75},";

    private record Reply(int status, String body, java.net.http.HttpHeaders headers) {
        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }
    }

    private static Reply generate(HttpConfig config, Function<Claim, Outcome> script) {
        try (TestApi api = new TestApi(config, new TestQueue(10), Duration.ofSeconds(60)).lane(script)) {
            var answer = api.post("/v1/worker/generate", TITLE);
            return new Reply(answer.statusCode(), answer.body(), answer.headers());
        }
    }

    @Test
    void provenAnswerHasExactlyTheContractsKeysInOrder() {
        Reply answer = generate(TestApi.CONFIG, Outcomes::onNpu);

        assertEquals(200, answer.status());
        assertEquals(
                NPU_ANSWER + "\"npu_busy_delta_us\":38000,\"npu_busy_before_us\":1000,\"npu_busy_after_us\":39000,"
                        + "\"cache_dir\":\"/no/such/cache\"}",
                answer.body());
        assertEquals("NPU", answer.header("X-NPU-Proxy-Device"));
        assertEquals("NPU", answer.header("X-NPU-Proxy-Routed-Device"));
        assertEquals("NPU", answer.header("X-NPU-Proxy-Execution-Device"));
        assertEquals("within_limit", answer.header("X-NPU-Proxy-Route-Reason"));
        assertEquals("20", answer.header("X-NPU-Proxy-Token-Count"));
        assertEquals(null, answer.header("X-NPU-Proxy-Fallback-Reason"));
        assertTrue(answer.header("X-Npuq-Job-Id").startsWith("job_"));
    }

    @Test
    void unprovenAnswerIsTheSamePayloadWithAnErrorAnd503() {
        Reply answer = generate(FALLBACK, Outcomes::unproven);

        assertEquals(503, answer.status());
        assertEquals(
                NPU_ANSWER + "\"npu_busy_delta_us\":0,\"npu_busy_before_us\":1000,\"npu_busy_after_us\":1000,"
                        + "\"cache_dir\":\"/no/such/cache\","
                        + "\"error\":\"not proven on the NPU: its busy counter did not grow while the job ran\"}",
                answer.body());
    }

    private static final String CPU_ANSWER =
            NPU_ANSWER + "\"npu_busy_delta_us\":null,\"npu_busy_before_us\":null,\"npu_busy_after_us\":null,"
                    + "\"cache_dir\":\"/no/such/cache\",\"device_actual\":\"CPU\"";

    @Test
    void answerOfAnotherDeviceNamesItAndIsA503() {
        Reply answer = generate(TestApi.CONFIG, Outcomes::onCpu);

        assertEquals(503, answer.status());
        assertEquals(
                CPU_ANSWER + ",\"error\":\"not run on the NPU but on CPU (npu_unavailable); "
                        + "serve --contract-fallback accepts that, as does run --allow-fallback\"}",
                answer.body());
        assertEquals("CPU", answer.header("X-NPU-Proxy-Device"));
        assertEquals("npu_unavailable", answer.header("X-NPU-Proxy-Fallback-Reason"));
    }

    @Test
    void answerOfAnotherDeviceIsA200WhereThatIsAllowed() {
        Reply answer = generate(FALLBACK, Outcomes::onCpu);

        assertEquals(200, answer.status());
        assertEquals(CPU_ANSWER + "}", answer.body());
    }

    @Test
    void laneThatNeverLoadedItsModelIsA503WithTheReasonAndMakesNoJob() {
        LaneStatus broken = new LaneStatus(
                Lane.NPU,
                "NPU",
                "tiny-qwen2",
                Optional.empty(),
                Optional.empty(),
                LaneHealth.of(LanePhase.FAILED),
                Optional.empty(),
                Optional.of("there is no NPU"));
        try (TestApi api = new TestApi(broken)) {
            HttpResponse<String> answer =
                    api.post("/v1/worker/generate", "{\"job\":\"title\",\"input\":\"some text\"}");
            assertEquals(503, answer.statusCode());
            assertEquals("{\"error\":\"there is no NPU\"}", answer.body());
            assertEquals("30", answer.headers().firstValue("Retry-After").orElse(""), "the lane tries again by itself");
            assertEquals(0, TestApi.json(api.get("/v1/jobs")).get("data").size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROMPT_TOO_LONG, 400",
        "CANCELLED, 409",
        "ATTEMPTS_EXHAUSTED, 500",
        "GENERATION_FAILED, 500",
        "MODEL_UNAVAILABLE, 503",
        "NPU_UNPROVEN, 503",
        "TIMEOUT, 504",
        "EXPIRED, 504",
    })
    void failureHasItsStatusAndAFlatError(ErrorCode code, int status) {
        Reply answer = generate(TestApi.CONFIG, claim -> Outcomes.failed(code, "so it was"));

        assertEquals(status, answer.status());
        assertEquals("{\"error\":\"so it was\"}", answer.body());
    }

    @Test
    void deadlineTellsClientsNotToTryAgain() {
        assertEquals(
                "false",
                generate(TestApi.CONFIG, claim -> Outcomes.failed(ErrorCode.TIMEOUT, "180 s"))
                        .header("x-should-retry"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/worker/extract-memory-candidates, MEMORY_CANDIDATE, 192",
        "/v1/worker/condense-notification, NOTIFICATION, 96",
    })
    void pathImpliesTheJob(String path, JobKind kind, int tokens) {
        CompletableFuture<Claim> seen = new CompletableFuture<>();
        try (TestApi api = new TestApi().lane(claim -> {
            seen.complete(claim);
            return Outcomes.onNpu(claim);
        })) {
            var answer = api.post(path, "{\"input\":\"x\"}");

            assertEquals(200, answer.statusCode());
            assertEquals("n", TestApi.json(answer).at("/json/notes").textValue());
            assertEquals(kind, seen.join().request().kind());
            assertEquals(tokens, seen.join().request().maxNewTokens());
            assertEquals(2, seen.join().request().priority());
        }
    }

    @Test
    void jobIsCancelledWhenItsClientGoesAway() throws IOException {
        CompletableFuture<Claim> started = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        try (TestApi api = new TestApi().lane(claim -> {
            claim.cancel().onCancel(() -> cancelled.complete(null));
            started.complete(claim);
            return Outcomes.untilCancelled(claim);
        })) {
            try (RawClient client = api.raw()) {
                client.send("POST /v1/worker/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + TITLE.length() + "\r\n\r\n" + TITLE);
                started.join();
            }
            cancelled.join();
            api.queue.awaitWatches(0);
        }
    }

    @Test
    void fullQueueIsAFlat429() {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(1), Duration.ofSeconds(60))) {
            api.submit("{\"kind\":\"title\",\"input\":\"x\"}");
            var answer = api.post("/v1/worker/generate", TITLE);

            assertEquals(429, answer.statusCode());
            assertTrue(TestApi.json(answer).get("error").isTextual());
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
        }
    }

    @Test
    void healthHasExactlyTheContractsKeysInOrder() {
        try (TestApi api = new TestApi()) {
            var answer = api.get("/healthz");

            assertEquals(200, answer.statusCode());
            assertEquals(
                    "{\"ok\":true,\"model\":\"tiny-qwen2\",\"model_path\":\"/models/tiny-qwen2\",\"device\":\"NPU\","
                            + "\"cache_dir\":\"/no/such/cache\",\"cache_exists\":false,\"loaded\":true,"
                            + "\"initial_load_ms\":1200.25,\"busy_time_us\":39000,\"max_input_chars\":6000,"
                            + "\"jobs\":[\"memory_candidate\",\"notification\",\"summary\",\"title\"],"
                            + "\"bind\":\"127.0.0.1:" + api.verticle.port() + "\"}",
                    answer.body());
        }
    }

    @Test
    void modelsNamesTheModel() {
        try (TestApi api = new TestApi()) {
            JsonNode models = TestApi.json(api.get("/models"));

            assertEquals("tiny-qwen2", models.at("/models/0/model").textValue());
        }
    }
}
