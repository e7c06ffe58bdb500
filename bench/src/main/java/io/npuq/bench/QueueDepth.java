package io.npuq.bench;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;

/**
 * What a deep queue costs: the time of a take at two depths, of a start with the index as it was closed, and of one that has to build it
 * again from the journal.
 *
 * <p>Arguments: directory (made anew), the lesser depth, the greater depth.
 */
public final class QueueDepth {
    private static final String INPUT = "The mail server in Osaka is slow since noon. ".repeat(22);
    private static final int IN_FLIGHT = 512;
    private static final int UNCOUNTED = 20_000;
    private static final int TAKES = 5_000;
    private static final Outcome EMPTY =
            new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "an empty engine"), Optional.empty());

    private final Path directory;

    private QueueDepth(Path directory) {
        this.directory = directory;
    }

    /** Runs it and prints a table. */
    public static void main(String[] args) throws Exception {
        QueueDepth depth = new QueueDepth(Path.of(args[0]));
        int less = Integer.parseInt(args[1]);
        int more = Integer.parseInt(args[2]);
        try (EmbeddedJobQueue queue = depth.open()) {
            fill(queue, less);
            takes(queue, UNCOUNTED);
            print(less, takes(queue, TAKES));
            fill(queue, more - less);
            print(more, takes(queue, TAKES));
        }
        depth.start("start with the index as it was closed");
        Files.delete(depth.directory.resolve("index.trust"));
        depth.start("start that builds the index again");
    }

    private EmbeddedJobQueue open() {
        QueueConfig config = QueueConfig.in(directory).withQueuedJobsMax(10_000_000);
        return EmbeddedJobQueue.open(config, Clock.systemUTC(), System::nanoTime, failure -> {
            throw new IllegalStateException("the queue gave up", failure);
        });
    }

    private static void fill(JobQueue queue, int jobs) throws InterruptedException {
        Semaphore slots = new Semaphore(IN_FLIGHT);
        JobRequest request = JobRequest.bounded(JobKind.TITLE, INPUT);
        for (int i = 0; i < jobs; i++) {
            slots.acquire();
            queue.submit(request).whenComplete((done, failure) -> slots.release());
        }
        slots.acquire(IN_FLIGHT);
    }

    /** As many are submitted as are taken, so that the depth stays. */
    private static Histogram takes(JobQueue queue, int count) throws Exception {
        Histogram micros = new Histogram(3);
        for (int i = 0; i < count; i++) {
            queue.submit(JobRequest.bounded(JobKind.TITLE, INPUT))
                    .toCompletableFuture()
                    .get();
            long asked = System.nanoTime();
            Claim claim = queue.take(Lane.CPU).toCompletableFuture().get().orElseThrow();
            micros.recordValue((System.nanoTime() - asked) / 1000);
            queue.finish(claim, EMPTY).toCompletableFuture().get();
        }
        return micros;
    }

    private void start(String what) throws IOException {
        long began = System.nanoTime();
        try (EmbeddedJobQueue queue = open()) {
            double seconds = (System.nanoTime() - began) / 1e9;
            long logBytes;
            try (var files = Files.list(directory.resolve("journal"))) {
                logBytes = files.filter(file -> file.toString().endsWith(".log"))
                        .mapToLong(file -> file.toFile().length())
                        .sum();
            }
            Benches.OUT.printf(
                    Locale.ROOT,
                    "%-40s %6.2f s   rebuilt: %s, journal's logs %,d bytes%n",
                    what,
                    seconds,
                    queue.rebuiltIndex(),
                    logBytes);
        }
    }

    private static void print(int depth, Histogram micros) {
        Benches.OUT.printf(
                Locale.ROOT,
                "take at %,9d queued                   p50 %d us  p99 %d us%n",
                depth,
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99));
    }
}
