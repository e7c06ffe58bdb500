package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.api.embedding.Embeddings;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /metrics} of a server with little to do. Under load: {@link MetricsLoadTest}. */
final class MetricsTest {
    private static final String JOB = "{\"kind\":\"title\",\"input\":\"x\"}";

    /** The names that are promised, with their types. */
    private static final Map<String, String> PROMISED = Map.ofEntries(
            Map.entry("npu_proxy_requests_total", "counter"),
            Map.entry("npu_proxy_inference_duration_seconds", "histogram"),
            Map.entry("npu_proxy_time_to_first_token_seconds", "histogram"),
            Map.entry("npu_proxy_inter_token_latency_seconds", "histogram"),
            Map.entry("npu_proxy_tokens_per_second", "histogram"),
            Map.entry("npu_proxy_loaded_models", "gauge"),
            Map.entry("npu_proxy_tokens_generated_total", "counter"),
            Map.entry("ovms_inference_time_us", "histogram"),
            Map.entry("ovms_wait_for_infer_req_time_us", "histogram"),
            Map.entry("ovms_request_time_us", "histogram"),
            Map.entry("ovms_current_requests", "gauge"),
            Map.entry("ovms_infer_req_queue_size", "gauge"),
            Map.entry("npuq_jobs_total", "counter"),
            Map.entry("npuq_queue_depth", "gauge"),
            Map.entry("npuq_queue_wait_seconds", "histogram"),
            Map.entry("npuq_oldest_queued_seconds", "gauge"),
            Map.entry("npuq_npu_busy_seconds_total", "counter"),
            Map.entry("npuq_npu_idle_gap_seconds", "histogram"),
            Map.entry("npuq_spilled_total", "counter"),
            Map.entry("npuq_commit_seconds", "histogram"),
            Map.entry("npuq_recovered_jobs_total", "counter"));

    @Test
    void everyPromisedNameIsThereOnceAJobHasRun() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            api.get("/v1/jobs/" + api.submit(JOB) + "?wait_ms=60000");
            Scrape scrape = scrape(api);
            PROMISED.forEach((name, type) -> assertEquals(type, scrape.type(name), name));
        }
    }

    @Test
    void theSizeOfThingsIsAsItStands() {
        LaneStatus loading = new LaneStatus(
                Lane.CPU,
                "CPU",
                "tiny-qwen2",
                Optional.empty(),
                Optional.empty(),
                new LaneHealth(
                        LanePhase.QUARANTINED,
                        Duration.ZERO,
                        3,
                        OptionalLong.of(1 << 20),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.of("it gave no sign of life"));
        List<LaneStatus> lanes = List.of(TestApi.NPU_LANE, loading);
        try (TestApi api = new TestApi(new TestLanes(lanes, model -> CompletableFuture.completedStage(lanes)))) {
            api.submit(JOB);
            api.submit("{\"kind\":\"title\",\"input\":\"x\",\"run_after_ms\":3600000}");
            Scrape scrape = scrape(api);
            assertEquals(2, scrape.value("ovms_infer_req_queue_size"));
            assertEquals(2, scrape.value("ovms_current_requests"));
            assertEquals(2, scrape.value("npuq_queue_depth", "lane=\"none\""), "no lane has told that it is there");
            assertEquals(1_000, scrape.value("npuq_queue_depth_max"));
            assertEquals(1, scrape.value("npuq_lane_up", "lane=\"npu\""));
            assertEquals(0, scrape.value("npuq_lane_up", "lane=\"cpu\""));
            assertEquals(1, scrape.value("npuq_lane_phase", "lane=\"cpu\"", "phase=\"quarantined\""));
            assertEquals(0, scrape.value("npuq_lane_phase", "lane=\"cpu\"", "phase=\"serving\""));
            assertEquals(3, scrape.value("npuq_lane_restarts_total", "lane=\"cpu\""));
            assertEquals(1 << 20, scrape.value("npuq_engine_memory_bytes", "lane=\"cpu\""));
            assertEquals(1, scrape.value("npu_proxy_loaded_models", "model=\"tiny-qwen2\""));
            assertTrue(scrape.value("npuq_disk_free_bytes") > 0);
            assertTrue(scrape.value("npuq_journal_bytes") > 0);
            assertTrue(scrape.value("npuq_commit_seconds_count") >= 2);
            assertEquals(0, scrape.value("npuq_queue_paused"));
            api.post("/v1/queue/pause", "");
            assertEquals(1, scrape(api).value("npuq_queue_paused"));
        }
    }

    @Test
    void whereThereIsNoBusyCounterItsMetricIsNotThere() {
        try (TestApi api = new TestApi(new TestLanes(TestApi.NPU_LANE).withoutCounter()).lane(Outcomes::onCpu)) {
            api.get("/v1/jobs/" + api.submit(JOB) + "?wait_ms=60000");
            Scrape scrape = scrape(api);
            assertEquals(1, scrape.value("npuq_verdicts_total", "verdict=\"fallback\""));
            assertFalse(scrape.has("npuq_npu_busy_seconds_total"));
        }
    }

    @Test
    void whereThereIsOneItIsThereFromZeroOn() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            assertTrue(scrape(api).has("npuq_npu_busy_seconds_total"));
            assertEquals(0, scrape(api).value("npuq_npu_busy_seconds_total"));
            api.get("/v1/jobs/" + api.submit(JOB) + "?wait_ms=60000");
            assertEquals(0.038, scrape(api).value("npuq_npu_busy_seconds_total"));
        }
    }

    @Test
    void theNpuThatWasOnlyClaimedIsNotCountedAsVerified() {
        try (TestApi api = new TestApi().lane(Outcomes::unproven)) {
            api.get("/v1/jobs/" + api.submit(JOB) + "?wait_ms=60000");
            Scrape scrape = scrape(api);
            assertEquals(Map.of("npu_unproven", 1L), scrape.counts("npuq_verdicts_total"));
            assertEquals(Map.of("NPU title succeeded", 1L), scrape.counts("npuq_jobs_total"));
        }
    }

    /** Whatever a client sends, no label says it: labels have a few values, which the server knows in advance. */
    @Test
    void noLabelHasAValueThatAClientChose() throws IOException {
        String mine = "mine-7f3a";
        try (TestApi api = new TestApi().lane(Outcomes::onNpu);
                RawClient raw = api.raw()) {
            api.get("/" + mine);
            api.get("/v1/jobs/" + mine);
            api.get("/v1/jobs?state=" + mine);
            api.get("/v2/models/" + mine);
            api.send(api.request("/v1/jobs").method("X" + mine.toUpperCase(Locale.ROOT), BodyPublishers.noBody()));
            api.post(
                    "/v1/chat/completions",
                    "{\"model\":\"" + mine + "\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            api.post("/api/chat", "{\"model\":\"" + mine + "\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            api.post("/v1/jobs", "{\"kind\":\"" + mine + "\",\"input\":\"x\"}");
            String job = api.submit(
                    "{\"kind\":\"title\",\"input\":\"" + mine + "\",\"metadata\":{\"" + mine + "\":\"" + mine + "\"}}");
            api.get("/v1/jobs/" + job + "?wait_ms=60000", "X-API-Key", mine);
            raw.send("GET / " + mine + "\r\n\r\n");
            raw.read();
            Scrape scrape = scrape(api);
            Map<String, Set<String>> values = scrape.labelValues();
            values.forEach((label, all) -> assertFalse(
                    all.stream()
                            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(mine) || value.contains(job)),
                    () -> label + " " + all));
            assertEquals(
                    Set.of(
                            "code",
                            "device",
                            "endpoint",
                            "java",
                            "kind",
                            "lane",
                            "model",
                            "phase",
                            "reason",
                            "state",
                            "status",
                            "verdict",
                            "version"),
                    withoutCode(values.keySet()));
            assertTrue(values.get("endpoint").contains("/v1/jobs/:id"), () -> "" + values.get("endpoint"));
            assertTrue(values.get("endpoint").contains("other"), () -> "" + values.get("endpoint"));
        }
    }

    /** Jobs that failed have codes; here none did. */
    private static Set<String> withoutCode(Set<String> labels) {
        Set<String> all = new HashSet<>(labels);
        all.add("code");
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| text/plain; version=0.0.4",
                "text/plain;version=0.0.4 | text/plain; version=0.0.4",
                "*/* | text/plain; version=0.0.4",
                "application/json | text/plain; version=0.0.4",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | application/openmetrics-text; version=1.0.0"
            })
    void aScraperGetsTheFormatThatItAsksFor(String accept, String type) {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer = accept == null
                    ? api.get("/metrics")
                    : api.send(api.request("/metrics").header("Accept", accept));
            assertEquals(200, answer.statusCode());
            String contentType = answer.headers().firstValue("Content-Type").orElse("");
            assertTrue(contentType.startsWith(type), contentType);
            assertTrue(contentType.endsWith("; charset=utf-8"), contentType);
            boolean isOpenMetrics = type.startsWith("application/openmetrics-text");
            assertEquals(isOpenMetrics, answer.body().endsWith("# EOF\n"));
            assertTrue(answer.body().contains("npuq_spilled_total{reason=\"spill\"} 0"), answer.body());
        }
    }

    @Test
    void onlyTheHeadIsAnsweredWhereOnlyThatIsWanted() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> head = api.send(api.request("/metrics").method("HEAD", BodyPublishers.noBody()));
            assertEquals(200, head.statusCode());
            assertEquals("", head.body());
            assertTrue(head.headers().firstValueAsLong("Content-Length").orElse(0) > 1_000);
            assertEquals(405, api.post("/metrics", "{}").statusCode());
            assertEquals(400, api.get("/metrics?x=1").statusCode());
        }
    }

    @Test
    void whereThereAreKeysAScraperNeedsOne() {
        ApiKey key = new ApiKey("scraper", ApiKey.hash("secret"), ClientLimits.NONE, false);
        try (TestApi api = new TestApi(
                TestApi.CONFIG.withKeys(List.of(key)),
                new TestQueue(10),
                Duration.ofSeconds(60),
                new TestLanes(TestApi.NPU_LANE),
                Embeddings.NONE)) {
            assertEquals(401, api.get("/metrics").statusCode());
            HttpResponse<String> answer = api.get("/metrics", "Authorization", "Bearer secret");
            assertEquals(200, answer.statusCode());
            assertEquals(Map.of("other 401", 1L), Scrape.of(answer.body()).counts("npu_proxy_requests_total"));
            assertFalse(answer.body().contains("scraper"), "the names of keys are nobody's label");
        }
    }

    private static Scrape scrape(TestApi api) {
        HttpResponse<String> answer = api.get("/metrics");
        assertEquals(200, answer.statusCode(), answer.body());
        return Scrape.of(answer.body());
    }
}
