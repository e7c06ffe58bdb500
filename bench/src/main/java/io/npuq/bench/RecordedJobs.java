package io.npuq.bench;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Fills a data directory with jobs that have ended with evidence, for reports to be timed on. The timings are drawn, not measured:
 * nothing ran.
 *
 * <p>Arguments: directory (made anew), jobs.
 */
public final class RecordedJobs {
    private static final int IN_FLIGHT = 512;

    private RecordedJobs() {}

    /** Fills it. */
    public static void main(String[] args) throws Exception {
        QueueConfig config = QueueConfig.in(Path.of(args[0])).withQueuedJobsMax(10_000_000);
        long jobs = Long.parseLong(args[1]);
        Random random = new Random(1);
        try (EmbeddedJobQueue queue = EmbeddedJobQueue.open(config, Clock.systemUTC(), System::nanoTime, failure -> {
            throw new IllegalStateException("the queue gave up", failure);
        })) {
            submit(queue, jobs, random);
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (long i = 0; i < jobs; i++) {
                Claim claim = queue.take(Lane.CPU).toCompletableFuture().get().orElseThrow();
                last = queue.finish(claim, ended(random)).toCompletableFuture();
            }
            last.get();
        }
    }

    private static void submit(EmbeddedJobQueue queue, long jobs, Random random) throws InterruptedException {
        Semaphore slots = new Semaphore(IN_FLIGHT);
        for (long i = 0; i < jobs; i++) {
            slots.acquire();
            JobKind kind =
                    JobKind.bounded().get(random.nextInt(JobKind.bounded().size()));
            queue.submit(JobRequest.bounded(kind, "The mail server is slow.")).thenRun(slots::release);
        }
        slots.acquire(IN_FLIGHT);
    }

    private static Outcome ended(Random random) {
        double generate = Math.exp(5 + random.nextGaussian());
        double load = random.nextInt(100) == 0 ? 4_000 : 0;
        double wait = 1_000 * random.nextDouble();
        long busyUs = Math.round(generate * 1_000 * random.nextDouble());
        return new Outcome.Succeeded(
                new JobResult("Slow mail", null, FinishReason.STOP, new Usage(30, 4), false),
                new Evidence(
                        "drawn",
                        "00".repeat(32),
                        "none",
                        null,
                        "CPU",
                        "CPU",
                        RouteReason.WITHIN_LIMIT,
                        24,
                        30,
                        32,
                        4,
                        new Timing(wait, load, 4_000.0, generate / 4, generate, wait + generate),
                        0L,
                        busyUs,
                        busyUs,
                        true,
                        1,
                        Verdict.FALLBACK));
    }
}
