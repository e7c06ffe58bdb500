package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is counted under load is what the journal holds, entry for entry: read back from its files. */
@Timeout(180)
final class MetricsLoadTest {
    private static final int JOBS = 600;
    private static final int QUEUED_MAX = 40;
    private static final int AT_ONCE = 24;
    private static final List<String> KINDS = List.of("title", "summary", "notification", "memory_candidate");

    @TempDir
    private Path data;

    private final Map<String, Long> answered = new ConcurrentHashMap<>();
    private final Random random = new Random(7);

    @Test
    void metricsUnderLoadEqualTheJournal() {
        Scrape scrape;
        TestQueue queue = new TestQueue(data, QUEUED_MAX);
        try (TestApi api = new TestApi(TestApi.CONFIG, queue, Duration.ofSeconds(60))) {
            queue.laneState(Lane.NPU, state(LaneState.Role.MAIN));
            queue.laneState(Lane.CPU, state(LaneState.Role.FALLBACK));
            lane(queue, Lane.NPU);
            lane(queue, Lane.CPU);
            load(api);
            awaitIdle(api);
            scrape = Scrape.of(get(api, "/metrics", "/metrics"));
        }
        JournalTally journal = JournalTally.of(data, 0);
        assertTrue(journal.ended.size() > 8 && journal.recovered > 10, journal.ended::toString);
        assertTrue(answered.getOrDefault("/v1/jobs 429", 0L) > 0, "the queue was never full: " + answered);
        assertTrue(journal.errors.keySet().containsAll(List.of("cancelled", "expired", "generation_failed")));
        assertEqual(journal, scrape);
        assertEquals(Map.of("queue_full", answered.get("/v1/jobs 429")), scrape.counts("npuq_refused_jobs_total"));
        // The answer that tells of all the others tells not of itself.
        answered.merge("/metrics 200", -1L, Long::sum);
        answered.values().remove(0L);
        assertEquals(new TreeMap<>(answered), scrape.counts("npu_proxy_requests_total"));
    }

    @Test
    void aRestartedServerCountsFromZeroAndWhatItRecovers() {
        try (TestQueue first = new TestQueue(data, QUEUED_MAX);
                TestApi api = new TestApi(TestApi.CONFIG, first, Duration.ofSeconds(60))) {
            for (int i = 0; i < 5; i++) {
                api.submit("{\"kind\":\"title\",\"input\":\"x\"}");
            }
            first.take(Lane.NPU).toCompletableFuture().join();
        }
        long before = JournalTally.of(data, 0).entries;
        Scrape scrape;
        try (TestQueue second = new TestQueue(data, QUEUED_MAX);
                TestApi api = new TestApi(TestApi.CONFIG, second, Duration.ofSeconds(60)).lane(Outcomes::onNpu)) {
            awaitIdle(api);
            scrape = Scrape.of(api.get("/metrics").body());
        }
        JournalTally journal = JournalTally.of(data, before + 1);
        assertEquals(1, journal.recovered);
        assertEquals(Map.of("NPU title succeeded", 5L), journal.ended);
        assertEqual(journal, scrape);
    }

    private static void assertEqual(JournalTally journal, Scrape scrape) {
        assertEquals(journal.submitted, scrape.counts("npuq_submitted_jobs_total"));
        assertEquals(journal.started, scrape.counts("npuq_routed_total"));
        assertEquals(spilled(journal), scrape.counts("npuq_spilled_total"));
        assertEquals(journal.ended, scrape.counts("npuq_jobs_total"));
        assertEquals(journal.errors, scrape.counts("npuq_job_errors_total"));
        assertEquals(journal.verdicts, scrape.counts("npuq_verdicts_total"));
        assertEquals((double) journal.recovered, scrape.value("npuq_recovered_jobs_total"));
        assertEquals((double) journal.starts, scrape.value("npuq_queue_wait_seconds_count"));
        assertEquals((double) journal.starts, scrape.value("ovms_wait_for_infer_req_time_us_count"));
        assertEquals(journal.waitSeconds, scrape.value("npuq_queue_wait_seconds_sum"), 1e-6);
        assertEquals((double) journal.timed, scrape.value("ovms_inference_time_us_count"));
        assertEquals(journal.generateSeconds, scrape.value("ovms_inference_time_us_sum") / 1e6, 1e-6);
        assertEquals(journal.busyUs / 1e6, scrape.value("npuq_npu_busy_seconds_total"));
        assertEquals(
                journal.tokens,
                scrape.counts("npu_proxy_tokens_generated_total").values().stream()
                        .mapToLong(count -> count)
                        .sum());
        double commits = scrape.value("npuq_commit_seconds_count");
        assertTrue(commits > 0 && commits <= journal.entries, commits + " commits");
    }

    /** In these tests the NPU's lane is the main one. */
    private static Map<String, Long> spilled(JournalTally journal) {
        Map<String, Long> spilled = new TreeMap<>();
        journal.started.forEach((laneAndReason, count) -> {
            String[] words = laneAndReason.split(" ", 2);
            if (!words[0].equals("npu")) {
                spilled.merge(words[1], count, Long::sum);
            }
        });
        return spilled;
    }

    private static LaneState state(LaneState.Role role) {
        return new LaneState(role, LaneState.Condition.SERVING, OptionalInt.empty());
    }

    /** Ends jobs in every way that there is, until the queue is closed. */
    private static void lane(JobQueue queue, Lane lane) {
        Thread thread = new Thread(() -> {
            Optional<Claim> claim = queue.take(lane).toCompletableFuture().join();
            while (claim.isPresent()) {
                answer(queue, claim.get()).join();
                claim = queue.take(lane).toCompletableFuture().join();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** By the number of its attempts and the length of its input. */
    private static CompletableFuture<?> answer(JobQueue queue, Claim claim) {
        int chars = claim.request().input().chars();
        if (claim.attempt() == 1 && chars % 10 == 0) {
            return queue.giveBack(claim, "as the test has it").toCompletableFuture();
        }
        if (claim.attempt() == 1 && chars % 10 == 1) {
            return queue.giveBackUnrun(claim, "as the test has it").toCompletableFuture();
        }
        return queue.finish(claim, outcome(claim, chars)).toCompletableFuture();
    }

    private static Outcome outcome(Claim claim, int chars) {
        if (claim.lane() == Lane.CPU) {
            return Outcomes.onCpu(claim);
        }
        return switch (chars % 10) {
            case 2 -> Outcomes.failed(ErrorCode.GENERATION_FAILED, "as the test has it");
            case 3 -> Outcomes.unproven(claim);
            default -> Outcomes.onNpu(claim);
        };
    }

    private void load(TestApi api) {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<?>> underWay = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            underWay.add(submitAndMeddle(client, api, job(i), i));
            if (underWay.size() == AT_ONCE) {
                join(underWay);
            }
        }
        join(underWay);
    }

    private static void join(List<CompletableFuture<?>> underWay) {
        CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).join();
        underWay.clear();
    }

    private String job(int i) {
        String job = "\"kind\":\"%s\",\"input\":\"%s\",\"device\":\"%s\""
                .formatted(KINDS.get(i % 4), "x".repeat(1 + random.nextInt(50)), i % 3 == 0 ? "any" : "prefer_npu");
        String more = i % 7 == 0 ? ",\"deadline_ms\":1,\"deadline_mode\":\"best_effort\"" : "";
        return "{" + job + more + "}";
    }

    /** Every ninth is held back, and cancelled while it waits. */
    private CompletableFuture<?> submitAndMeddle(HttpClient client, TestApi api, String job, int i) {
        boolean cancels = i % 9 == 0;
        String sent = cancels
                ? job.replaceFirst("}$", ",\"run_after_ms\":600000}")
                        .replaceFirst(",\"deadline_ms\":1,\"deadline_mode\":\"best_effort\"", "")
                : job;
        return post(client, api, "/v1/jobs", "/v1/jobs", sent).thenCompose(answer -> {
            if (!cancels || answer.statusCode() != 202) {
                return CompletableFuture.completedFuture(answer);
            }
            String id = TestApi.json(answer).path("id").asText();
            return post(client, api, "/v1/jobs/" + id + "/cancel", "/v1/jobs/:id/cancel", "");
        });
    }

    private CompletableFuture<HttpResponse<String>> post(
            HttpClient client, TestApi api, String path, String endpoint, String body) {
        HttpRequest request = api.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            answered.merge(endpoint + " " + answer.statusCode(), 1L, Long::sum);
            return answer;
        });
    }

    private String get(TestApi api, String path, String endpoint) {
        HttpResponse<String> answer = api.get(path);
        answered.merge(endpoint + " " + answer.statusCode(), 1L, Long::sum);
        return answer.body();
    }

    /** Until nothing waits and nothing runs. Asks through HTTP, as whoever counts on that would. */
    private void awaitIdle(TestApi api) {
        JsonNode depth;
        do {
            depth = TestApi.json(get(api, "/v1/queue", "/v1/queue")).at("/depth/by_state");
        } while (depth.path("queued").asInt() + depth.path("running").asInt() > 0);
    }
}
