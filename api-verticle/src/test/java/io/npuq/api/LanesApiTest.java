package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.lanes.ReloadException;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LanesApiTest {
    private static final LaneStatus CPU = lane(Lane.CPU, LanePhase.SERVING, Optional.empty());

    @Test
    void whereEveryLaneTakesJobsAllIsHealthy() {
        try (TestApi api = new TestApi(lanes(TestApi.NPU_LANE, CPU))) {
            HttpResponse<String> answer = api.get("/health");
            assertEquals(200, answer.statusCode());
            JsonNode health = TestApi.json(answer);
            assertEquals("healthy", health.path("status").asText());
            assertEquals(0, health.path("reasons").size());
            assertEquals("tiny-qwen2", health.at("/model/name").asText());
            assertEquals(2, health.path("lanes").size());
            assertEquals("cpu", health.at("/lanes/1/lane").asText());
            assertEquals("serving", health.at("/lanes/1/state").asText());
            assertEquals("2026-11-21T10:00:02.000Z", health.at("/lanes/1/since").asText());
            assertEquals(2, health.at("/lanes/1/restarts").asInt());
            assertEquals(123_456_789, health.at("/lanes/1/memory_bytes").asLong());
            assertEquals(88.5, health.at("/lanes/1/load_ms").asDouble());
            assertTrue(health.at("/lanes/1/loaded_from_cache").asBoolean());
            assertTrue(health.at("/lanes/0/loaded_from_cache").isNull(), "what nobody says is null");
            assertEquals("CPU", health.at("/devices/1/device").asText());
            assertEquals(0, health.at("/queue/queued").asInt());
        }
    }

    @Test
    void aQuarantinedLaneBesideOneThatServesIsDegradedAndSaysWhy() {
        LaneStatus npu = lane(Lane.NPU, LanePhase.QUARANTINED, Optional.of("it gave no sign of life"));
        try (TestApi api = new TestApi(lanes(npu, CPU))) {
            HttpResponse<String> answer = api.get("/health");
            assertEquals(200, answer.statusCode());
            JsonNode health = TestApi.json(answer);
            assertEquals("degraded", health.path("status").asText());
            assertEquals(
                    "lane npu is quarantined: it gave no sign of life",
                    health.at("/reasons/0").asText());
            assertEquals("it gave no sign of life", health.at("/lanes/0/reason").asText());
            assertEquals(false, health.at("/devices/0/available").asBoolean());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LanePhase.class,
            names = {"LOADING", "QUARANTINED"})
    void theOnlyLaneOnItsWayBackIsDegraded(LanePhase phase) {
        try (TestApi api = new TestApi(lanes(lane(Lane.NPU, phase, Optional.empty())))) {
            assertEquals(
                    "degraded", TestApi.json(api.get("/health")).path("status").asText());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LanePhase.class,
            names = {"FAILED", "STOPPED"})
    void whereNoLaneWillTakeAJobTheAnswerIsA503(LanePhase phase) {
        try (TestApi api = new TestApi(lanes(lane(Lane.NPU, phase, Optional.of("there is no NPU"))))) {
            HttpResponse<String> answer = api.get("/health");
            assertEquals(503, answer.statusCode());
            assertEquals("unhealthy", TestApi.json(answer).path("status").asText());
            assertTrue(TestApi.json(answer).at("/reasons/0").asText().endsWith("there is no NPU"), answer::body);
        }
    }

    @Test
    void aModelThatWasFreedForIdlenessIsHealthy() {
        try (TestApi api = new TestApi(lanes(lane(Lane.CPU, LanePhase.UNLOADED, Optional.empty())))) {
            assertEquals(
                    "healthy", TestApi.json(api.get("/health")).path("status").asText());
        }
    }

    @Test
    void aPausedQueueIsDegraded() {
        try (TestApi api = new TestApi(lanes(CPU))) {
            api.post("/v1/queue/pause", "{}");
            JsonNode health = TestApi.json(api.get("/health"));
            assertEquals("degraded", health.path("status").asText());
            assertTrue(health.at("/reasons/0").asText().contains("/v1/queue/resume"), health::toString);
        }
    }

    @Test
    void devicesAreThereWithTheCounter() {
        try (TestApi api = new TestApi(lanes(TestApi.NPU_LANE, CPU))) {
            JsonNode devices = TestApi.json(api.get("/health/devices"));
            assertEquals("NPU", devices.at("/devices/0/device").asText());
            assertEquals("cpu", devices.at("/devices/1/lane").asText());
            assertEquals(39_000, devices.path("npu_busy_time_us").asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"model\":null}"})
    void aReloadWithoutAModelIsOneOfThePresentModel(String body) {
        CompletableFuture<Optional<String>> asked = new CompletableFuture<>();
        TestLanes lanes = new TestLanes(List.of(CPU), model -> {
            asked.complete(model);
            return CompletableFuture.completedStage(List.of(CPU));
        });
        try (TestApi api = new TestApi(lanes)) {
            HttpResponse<String> answer = api.post("/v1/models/reload", body);
            assertEquals(200, answer.statusCode(), answer::body);
            assertEquals("tiny-qwen2", TestApi.json(answer).at("/model/name").asText());
            assertEquals(Optional.empty(), asked.join());
        }
    }

    @Test
    void aReloadNamesTheModel() {
        CompletableFuture<Optional<String>> asked = new CompletableFuture<>();
        TestLanes lanes = new TestLanes(List.of(CPU), model -> {
            asked.complete(model);
            return CompletableFuture.completedStage(List.of(CPU));
        });
        try (TestApi api = new TestApi(lanes)) {
            assertEquals(
                    200,
                    api.post("/v1/models/reload", "{\"model\":\"/models/other\"}")
                            .statusCode());
            assertEquals(Optional.of("/models/other"), asked.join());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_MODEL, 404, model_not_found",
        "NOT_LOADED, 503, model_unavailable",
        "BUSY, 409, reload_under_way",
        "NO_MODEL_LANE, 409, no_model"
    })
    void aReloadThatFailsSaysWhy(ReloadException.Reason reason, int status, String code) {
        TestLanes lanes = new TestLanes(
                List.of(CPU),
                model -> CompletableFuture.failedStage(new ReloadException(reason, "so it is; the old one serves")));
        try (TestApi api = new TestApi(lanes)) {
            HttpResponse<String> answer = api.post("/v1/models/reload", "{}");
            assertEquals(status, answer.statusCode());
            assertEquals(code, TestApi.json(answer).at("/error/code").asText());
            assertEquals(
                    "so it is; the old one serves",
                    TestApi.json(answer).at("/error/message").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"modle\":\"x\"}", "{\"model\":7}", "{\"model\":\"\"}", "{\"model\":\" \"}", "[]", "{"})
    void aReloadThatCannotBeReadIsA400AndLoadsNothing(String body) {
        TestLanes lanes = new TestLanes(List.of(CPU), model -> {
            throw new AssertionError("nothing is to be loaded");
        });
        try (TestApi api = new TestApi(lanes)) {
            assertEquals(400, api.post("/v1/models/reload", body).statusCode());
        }
    }

    private static TestLanes lanes(LaneStatus... lanes) {
        return new TestLanes(List.of(lanes), model -> CompletableFuture.completedStage(List.of(lanes)));
    }

    private static LaneStatus lane(Lane lane, LanePhase phase, Optional<String> trouble) {
        LaneHealth health = new LaneHealth(
                phase,
                Duration.ofSeconds(3),
                2,
                OptionalLong.of(123_456_789),
                Optional.of(88.5),
                Optional.of(true),
                Optional.empty(),
                Optional.empty());
        return new LaneStatus(
                lane,
                lane.name(),
                "tiny-qwen2",
                Optional.of(Path.of("/models/tiny-qwen2")),
                Optional.empty(),
                health,
                Optional.of(1_200.25),
                trouble);
    }
}
