package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A queue in a directory, worked by hand; its time moves when it is told to. */
final class Queues {
    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    /** Small, so that a handful of jobs fills a segment. */
    private static final long SEGMENT_BYTES_MAX = 2_000;

    private static final long PATIENCE_SECONDS = 30;

    private final AtomicLong nanos = new AtomicLong();

    OpenQueue open(Path data) {
        return OpenQueue.open(
                QueueConfig.in(data),
                Clock.fixed(START, ZoneOffset.UTC),
                nanos::get,
                ChannelOpener.REAL,
                SEGMENT_BYTES_MAX,
                failure -> {
                    throw new AssertionError("the queue gave up", failure);
                });
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    static JobId submit(JobQueue queue, String text) {
        Submission submission = await(queue.submit(JobRequest.bounded(JobKind.TITLE, text)));
        return ((Submission.Accepted) submission).job().id();
    }

    static Claim take(JobQueue queue) {
        return await(queue.take(Lane.CPU)).orElseThrow();
    }

    static Job job(JobQueue queue, JobId id) {
        return await(queue.get(id)).orElseThrow();
    }

    static void succeed(JobQueue queue, Claim claim, String answer) {
        JobResult result = new JobResult(answer, null, FinishReason.STOP, new Usage(3, 2), false);
        if (await(queue.finish(claim, new Outcome.Succeeded(result, evidence()))) != Finish.RECORDED) {
            throw new AssertionError("the answer was not recorded");
        }
    }

    /** Submits a job and ends it. */
    static JobId run(JobQueue queue, String text, String answer) {
        JobId id = submit(queue, text);
        succeed(queue, take(queue), answer);
        return id;
    }

    static Backup begin(JobQueue queue) {
        return await(queue.backup()).orElseThrow();
    }

    /** The rest of the backup. */
    static byte[] bytes(Backup backup) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Optional<byte[]> piece = await(backup.next()); piece.isPresent(); piece = await(backup.next())) {
            all.writeBytes(piece.get());
        }
        return all.toByteArray();
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }

    static boolean anyFileHolds(Path directory, String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).anyMatch(file -> holds(file, text));
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Evidence evidence() {
        return new Evidence(
                "scripted",
                null,
                null,
                null,
                "CPU",
                "CPU",
                RouteReason.NPU_UNAVAILABLE,
                3,
                3,
                32,
                2,
                new Timing(0.25, 0.0, null, 1.5, 2.5, 3.0),
                null,
                null,
                null,
                null,
                1,
                Verdict.FALLBACK);
    }
}
