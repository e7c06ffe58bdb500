package io.npuq.scheduler.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.embedded.OpenQueue;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is changed in a request log is found, and the right entry named. */
final class TamperTest {
    private static final int LIVES = 3;
    private static final int JOBS_A_LIFE = 45;
    private static final long SEGMENT_BYTES = 16 << 10;

    @TempDir
    private Path data;

    private long found;
    private long exact;

    @Test
    void everyChangeIsFoundAndTheRightEntryNamed() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            live();
        }
        LogFrames genuine = LogFrames.read(data.resolve("journal"));
        AuditReport whole = new LogAudit(null, null).directory(data);
        assertEquals(Optional.empty(), whole.broken());
        assertEquals(genuine.size(), whole.entries());
        assertEquals(genuine.size(), whole.proven());
        assertTrue(whole.checkpoints() >= LIVES, () -> whole.checkpoints() + " checkpoints");
        new Tally("tamper", "request log edited, deleted from, inserted into, reordered, cut, rewritten, spoilt", 200)
                .check(
                        seed -> play(genuine, seed),
                        () -> found + " found, " + exact + " of them named by the entry's very number");
    }

    private List<String> play(LogFrames genuine, long seed) throws Exception {
        try (Scratch scratch = new Scratch()) {
            Tampering tampering = new Tampering(genuine, data, scratch.path(), seed);
            List<String> failures = tampering.play();
            found += tampering.found();
            exact += tampering.exact();
            return failures;
        }
    }

    /** Submissions at once make batches of many entries; the end of each life makes a checkpoint. */
    private void live() throws Exception {
        JobQueue queue = OpenQueue.open(
                        QueueConfig.in(data),
                        Clock.systemUTC(),
                        System::nanoTime,
                        ChannelOpener.REAL,
                        SEGMENT_BYTES,
                        failure -> {})
                .queue();
        List<CompletionStage<Submission>> submitted = Stream.generate(
                        () -> queue.submit(JobRequest.bounded(JobKind.TITLE, "The mail server is slow.")))
                .limit(JOBS_A_LIFE)
                .toList();
        for (CompletionStage<Submission> submission : submitted) {
            await(submission);
        }
        for (int i = 0; i < JOBS_A_LIFE / 3; i++) {
            Claim claim = await(queue.take(Lane.CPU)).orElseThrow();
            await(queue.finish(
                    claim,
                    new Outcome.Failed(
                            new JobError(ErrorCode.GENERATION_FAILED, "an empty engine"), Optional.empty())));
        }
        queue.close();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
