package io.npuq.launcher.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.schema.config.QueueConfig;
import io.npuq.smoke.OutsideGrowth;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of real queues, whose jobs end with timings of the test's own; their numbers are computed once more here. */
final class LatencyReportTest {
    private static final int JOBS = 900;

    /** What the histograms may be off by. */
    private static final double TOLERANCE = 0.001;

    @TempDir
    Path dir;

    private final Random random = new Random(7);
    private final Map<Group.Key, List<Timing>> expected = new TreeMap<>();

    @Test
    void itsNumbersAreThoseOfAnIndependentComputation() throws Exception {
        Instant before = Clock.systemUTC().instant();
        try (EmbeddedJobQueue queue = open()) {
            for (int i = 0; i < JOBS; i++) {
                run(queue, i % 7 == 0 ? JobKind.SUMMARY : JobKind.TITLE, i % 3 == 0 ? "NPU" : "CPU", i % 40 == 0);
            }
        }
        LatencyReport report = report(before);

        assertEquals(Map.of("succeeded", (long) JOBS), report.states());
        assertEquals(expected.keySet(), report.groups().keySet());
        expected.forEach((key, timings) -> {
            Group group = report.groups().get(key);
            assertEquals(timings.size(), group.jobs());
            for (Measure measure : Measure.values()) {
                same(timings.stream().map(measure::of).sorted().toList(), group.of(measure));
            }
        });
    }

    private static void same(List<Double> sorted, Distribution durations) {
        assertEquals(sorted.size(), durations.count());
        for (Quantile quantile : Quantile.values()) {
            if (sorted.size() < quantile.samplesMin()) {
                assertTrue(durations.at(quantile).isEmpty(), "too few for " + quantile);
            } else {
                double nearestRank = sorted.get((int) Math.ceil(quantile.share() * sorted.size()) - 1);
                near(nearestRank, durations.at(quantile).orElseThrow());
            }
        }
        near(sorted.get(sorted.size() - 1), durations.max().orElseThrow());
        near(
                sorted.stream().mapToDouble(ms -> ms).average().orElseThrow(),
                durations.mean().orElseThrow());
    }

    private static void near(double wanted, double seen) {
        assertEquals(wanted, seen, wanted * TOLERANCE + 0.001);
    }

    @Test
    void ratesAndProofAreSumsOverTheJobs() throws Exception {
        Instant before = Clock.systemUTC().instant();
        try (EmbeddedJobQueue queue = open()) {
            finish(queue, take(queue, JobKind.TITLE), evidence("NPU", timing(1, 0, 100), 60_000L));
            finish(queue, take(queue, JobKind.TITLE), evidence("NPU", timing(1, 0, 300), 240_000L));
            finish(queue, take(queue, JobKind.TITLE), evidence("NPU", timing(1, 0, 600), 0L));
        }
        LatencyReport report = report(before);

        Group group = report.groups().get(new Group.Key(JobKind.TITLE, "NPU", false));
        assertEquals(0.3, group.dutyRatio().orElseThrow(), 1e-9, "300 ms busy in 1,000 ms of generation");
        assertEquals(2 / 3.0, group.verifiedShare(), 1e-9);
        assertEquals(12.0, group.tokensPerSecond().orElseThrow(), 1e-9, "12 tokens in a second");
        assertFalse(report.busy().isEmpty());
    }

    @Test
    void errorsAreCountedByKindAndCodeAndJobsThatNeverRanHaveNoTimes() throws Exception {
        Instant before = Clock.systemUTC().instant();
        try (EmbeddedJobQueue queue = open()) {
            join(queue.finish(
                    take(queue, JobKind.SUMMARY),
                    new Outcome.Failed(new JobError(ErrorCode.TIMEOUT, "it took too long"), Optional.empty())));
            join(queue.cancel(submit(queue, JobKind.TITLE)));
        }
        LatencyReport report = report(before);

        assertEquals(Map.of("failed", 1L, "cancelled", 1L), report.states());
        assertEquals(Map.of("summary timeout", 1L, "title cancelled", 1L), report.errors());
        assertTrue(report.groups().isEmpty());
    }

    @Test
    void theQueuesLengthIsThatOfTheJobsThatWaited() throws Exception {
        Instant before = Clock.systemUTC().instant();
        try (EmbeddedJobQueue queue = open()) {
            submit(queue, JobKind.TITLE);
            submit(queue, JobKind.TITLE);
            submit(queue, JobKind.TITLE);
            finish(queue, next(queue), evidence("CPU", timing(1, 0, 1), null));
            finish(queue, next(queue), evidence("CPU", timing(1, 0, 1), null));
        }
        Course course = report(before).course();

        long deepest = 0;
        for (int i = 0; i < course.steps(); i++) {
            deepest = Math.max(deepest, course.deepest(i));
        }
        assertEquals(3, deepest);
        assertEquals(1, course.deepest(course.steps() - 1), "one still waits");
    }

    @Test
    void whatEndedOutsideOfTheTimeIsLeftOut() throws Exception {
        try (EmbeddedJobQueue queue = open()) {
            run(queue, JobKind.TITLE, "CPU", false);
        }
        Instant later = Clock.systemUTC().instant().plusSeconds(1);
        LatencyReport report = LatencyReport.of(RequestLog.of(dir), later, later.plus(Duration.ofHours(1)));
        assertTrue(report.states().isEmpty());
        assertTrue(ReportFormat.MD.write(report).contains("no job ended"));
    }

    @Test
    void everyFormSaysTheSameAndThePageNeedsNothingElse() throws Exception {
        Instant before = Clock.systemUTC().instant();
        try (EmbeddedJobQueue queue = open()) {
            for (int i = 0; i < 70; i++) {
                run(queue, JobKind.TITLE, "CPU", false);
            }
        }
        LatencyReport report = report(before);
        Group group = report.groups().get(new Group.Key(JobKind.TITLE, "CPU", false));
        double p90 = group.of(Measure.TOTAL).at(Quantile.P90).orElseThrow();

        JsonNode json = Json.MAPPER.readTree(ReportFormat.JSON.write(report)).at("/groups/0/total_ms");
        assertEquals(p90, json.get("p90").doubleValue());
        assertTrue(json.get("p95").isNull(), "70 jobs are too few for p95");
        String line = ReportFormat.CSV
                .write(report)
                .lines()
                .filter(row -> row.contains("total"))
                .findFirst()
                .orElseThrow();
        assertTrue(line.startsWith("title,CPU,false,total,70,"), line);
        assertEquals("", line.split(",", -1)[7], "p95");
        assertTrue(ReportFormat.MD.write(report).contains("| title on CPU, warm | total | 70 | "));
        String page = ReportFormat.HTML.write(report);
        assertTrue(page.contains("<td class=\"few\">too few</td>"), page);
        assertFalse(page.contains("<script") || page.contains("http"), "nothing is loaded");
    }

    @Test
    void theReviewOfAJobHoldsItsEvidenceAgainstTheObservers() throws Exception {
        JobId id;
        try (EmbeddedJobQueue queue = open()) {
            Claim claim = take(queue, JobKind.TITLE);
            id = claim.id();
            finish(queue, claim, evidence("NPU", timing(2, 0, 100), 60_000L));
        }
        OutsideGrowth outside = new OutsideGrowth(OptionalLong.of(900), OptionalLong.of(61_500));
        String page = JobReview.of(RequestLog.of(dir), id, outside).orElseThrow();

        assertTrue(page.contains("| busy counter, by npuq | 1000 to 61000 µs: 60000 µs |"), page);
        assertTrue(page.contains("| busy counter, from outside | 900 to 61500 µs: 60600 µs |"), page);
        assertTrue(page.contains("| outside less npuq's | 600 µs |"), page);
        assertTrue(page.contains("| verdict | npu_verified |"), page);
        assertTrue(JobReview.of(
                        RequestLog.of(dir),
                        JobId.parse("job_01M808S144NAQDRSHJ00000002").orElseThrow(),
                        outside)
                .isEmpty());
    }

    private EmbeddedJobQueue open() {
        return EmbeddedJobQueue.open(QueueConfig.in(dir), Clock.systemUTC(), System::nanoTime, failure -> {
            throw new IllegalStateException(failure);
        });
    }

    private LatencyReport report(Instant since) throws Exception {
        return LatencyReport.of(
                RequestLog.of(dir), since, Clock.systemUTC().instant().plusSeconds(1));
    }

    private void run(EmbeddedJobQueue queue, JobKind kind, String device, boolean cold) throws Exception {
        double generate = Math.exp(4 + random.nextGaussian());
        Timing timing = timing(10 * random.nextDouble(), cold ? 5_000 : 0, generate);
        expected.computeIfAbsent(new Group.Key(kind, device, cold), none -> new ArrayList<>())
                .add(timing);
        finish(queue, take(queue, kind), evidence(device, timing, null));
    }

    private static Timing timing(double wait, double load, double generate) {
        return new Timing(wait, load, 5_000.0, generate / 3, generate, wait + load + generate + 1);
    }

    private static Evidence evidence(String device, Timing timing, Long busyDelta) {
        Verdict verdict = device.equals("CPU")
                ? Verdict.FALLBACK
                : busyDelta != null && busyDelta > 0 ? Verdict.NPU_VERIFIED : Verdict.NPU_UNPROVEN;
        return new Evidence(
                "tiny",
                "ab".repeat(32),
                "2026.4.1",
                null,
                device,
                device,
                RouteReason.WITHIN_LIMIT,
                5,
                8,
                32,
                4,
                timing,
                busyDelta == null ? null : 1_000L,
                busyDelta == null ? null : 1_000L + busyDelta,
                busyDelta,
                null,
                1,
                verdict);
    }

    private static Claim take(EmbeddedJobQueue queue, JobKind kind) throws Exception {
        submit(queue, kind);
        return next(queue);
    }

    private static JobId submit(EmbeddedJobQueue queue, JobKind kind) throws Exception {
        return ((Submission.Accepted) join(queue.submit(JobRequest.bounded(kind, "hello"))))
                .job()
                .id();
    }

    private static Claim next(EmbeddedJobQueue queue) throws Exception {
        return join(queue.take(Lane.CPU)).orElseThrow();
    }

    private static void finish(EmbeddedJobQueue queue, Claim claim, Evidence evidence) throws Exception {
        join(queue.finish(
                claim,
                new Outcome.Succeeded(
                        new JobResult("hello", null, FinishReason.STOP, new Usage(8, 4), false), evidence)));
    }

    private static <T> T join(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get();
    }
}
