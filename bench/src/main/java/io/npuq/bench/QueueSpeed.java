package io.npuq.bench;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The queue without HTTP: how fast it acknowledges (written and synced), and how fast one lane with an empty engine drains it.
 *
 * <p>Arguments: directory (made anew), jobs to submit, submissions in flight.
 */
public final class QueueSpeed {
    private static final String INPUT = "The mail server in Osaka is slow since noon. ".repeat(22);

    private QueueSpeed() {}

    /** Runs it and prints a table. */
    public static void main(String[] args) throws Exception {
        QueueConfig config = QueueConfig.in(Path.of(args[0])).withQueuedJobsMax(10_000_000);
        long jobs = Long.parseLong(args[1]);
        int inFlight = Integer.parseInt(args[2]);
        try (EmbeddedJobQueue queue = EmbeddedJobQueue.open(config, Clock.systemUTC(), System::nanoTime, failure -> {
            throw new IllegalStateException("the queue gave up", failure);
        })) {
            submit(queue, jobs / 10, inFlight, "warm-up submit");
            submit(queue, jobs, inFlight, "submit");
            drain(queue, jobs);
        }
        long start = System.nanoTime();
        EmbeddedJobQueue.open(config, Clock.systemUTC(), System::nanoTime, failure -> {})
                .close();
        Benches.OUT.printf(Locale.ROOT, "open and close: %.2f s%n", (System.nanoTime() - start) / 1e9);
    }

    private static void submit(JobQueue queue, long jobs, int inFlight, String what) throws Exception {
        Semaphore slots = new Semaphore(inFlight);
        Histogram latency = new ConcurrentHistogram(3);
        JobRequest request = JobRequest.bounded(JobKind.TITLE, INPUT);
        long start = System.nanoTime();
        for (long i = 0; i < jobs; i++) {
            slots.acquire();
            long sent = System.nanoTime();
            queue.submit(request).thenAccept(answer -> {
                if (!(answer instanceof Submission.Accepted)) {
                    throw new IllegalStateException("refused: " + answer);
                }
                latency.recordValue(System.nanoTime() - sent);
                slots.release();
            });
        }
        slots.acquire(inFlight);
        print(what + ", " + inFlight + " in flight", jobs, start, latency);
    }

    private static void drain(JobQueue queue, long jobs) throws Exception {
        AtomicLong finished = new AtomicLong();
        Histogram gaps = new Histogram(3);
        Outcome empty =
                new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "an empty engine"), Optional.empty());
        long start = System.nanoTime();
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (long i = 0; i < jobs; i++) {
            long asked = System.nanoTime();
            Claim claim = queue.take(Lane.CPU).toCompletableFuture().get().orElseThrow();
            gaps.recordValue(System.nanoTime() - asked);
            last = queue.finish(claim, empty).thenRun(finished::incrementAndGet).toCompletableFuture();
        }
        last.get();
        print("take and finish, one lane", jobs, start, gaps);
    }

    private static void print(String what, long jobs, long start, Histogram latency) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Benches.OUT.printf(
                Locale.ROOT,
                "%-34s %,9d jobs %,10.0f /s   p50 %.2f ms  p99 %.2f ms%n",
                what,
                jobs,
                jobs / seconds,
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6);
    }
}
