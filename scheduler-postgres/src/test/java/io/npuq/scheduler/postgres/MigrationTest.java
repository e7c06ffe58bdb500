package io.npuq.scheduler.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.MovedJob;
import io.npuq.scheduler.MovedJobs;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.scheduler.embedded.Migration;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue of one host moves into a store. */
class MigrationTest {
    private static final long PATIENCE_SECONDS = 120;

    /** More than three transactions. */
    private static final int MANY = 1_600;

    @TempDir
    private Path data;

    private final StoreConfig store = PostgresServer.schema();

    @Test
    void jobsKeepTheirStatesTextsKeysAndAttempts() {
        Sender sender = new Sender("client", Optional.of("key"));
        JobId failed;
        JobId ran;
        JobId waiting;
        Job failedBefore;
        try (JobQueue queue = embedded()) {
            failed = submit(queue, "fails", Sender.UNKNOWN);
            Claim claim = await(queue.take(Lane.CPU)).orElseThrow();
            assertEquals(Finish.RECORDED, await(queue.finish(claim, failed())));
            ran = submit(queue, "runs when npuq stops", Sender.UNKNOWN);
            assertEquals(1, await(queue.take(Lane.CPU)).orElseThrow().attempt());
            waiting = submit(queue, "waits", sender);
            failedBefore = await(queue.get(failed)).orElseThrow();
        }
        QueueImport.Taken taken = move();
        assertEquals(Map.of(JobState.FAILED, 1L, JobState.QUEUED, 2L), taken.jobs());
        assertEquals(3, taken.texts());
        assertEquals(1, taken.keys());
        assertWhole(3);
        try (JobQueue queue = shared()) {
            assertEquals(failedBefore, await(queue.get(failed)).orElseThrow());
            assertEquals(
                    new Submission.Known(waiting),
                    await(queue.submit(JobRequest.bounded(JobKind.TITLE, "waits"), sender)));
            Claim again = await(queue.take(Lane.CPU)).orElseThrow();
            assertEquals(ran, again.id());
            assertEquals(2, again.attempt());
            assertEquals(JobRequest.bounded(JobKind.TITLE, "runs when npuq stops"), again.request());
            assertEquals(Finish.RECORDED, await(queue.finish(again, failed())));
            assertEquals(waiting, await(queue.take(Lane.CPU)).orElseThrow().id());
        }
        assertWhole(3);
    }

    @Test
    void everyJobIsMovedOnceThoughTheMoveIsKilledAgainAndAgain() throws IOException, InterruptedException {
        Set<JobId> submitted = new HashSet<>();
        try (JobQueue queue = embedded()) {
            List<CompletionStage<Submission>> answers = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                answers.add(queue.submit(JobRequest.bounded(JobKind.TITLE, "job " + i)));
            }
            answers.forEach(answer -> submitted.add(accepted(await(answer))));
        }
        kill(1);
        kill(2);
        kill(3);
        QueueImport.Taken taken = move();
        assertTrue(taken.there() > 0, taken::toString);
        assertTrue(taken.there() < MANY, taken::toString);
        assertEquals(MANY, taken.there() + taken.jobs().getOrDefault(JobState.QUEUED, 0L));
        assertWhole(MANY);
        assertEquals(MANY, move().there());
        Set<JobId> ran = new HashSet<>();
        try (JobQueue queue = shared()) {
            assertEquals(MANY, await(queue.status()).byState().get(JobState.QUEUED));
            for (int i = 0; i < 10; i++) {
                Claim claim = await(queue.take(Lane.CPU)).orElseThrow();
                assertEquals(1, claim.attempt());
                assertTrue(ran.add(claim.id()));
                assertEquals(Finish.RECORDED, await(queue.finish(claim, failed())));
            }
        }
        assertTrue(submitted.containsAll(ran));
    }

    @Test
    void directoryThatIsMovedIsNotServedAnyMore() {
        try (JobQueue queue = embedded()) {
            submit(queue, "one", Sender.UNKNOWN);
        }
        move();
        QueueUnavailableException refused = assertThrows(QueueUnavailableException.class, this::embedded);
        assertEquals(
                "the queue in " + data.toAbsolutePath() + " was moved to " + store.url()
                        + ": serve it from there, with --store " + store.url(),
                refused.getMessage());
        StoreConfig other = PostgresServer.schema();
        try (QueueImport target = QueueImport.open(config(), other, "test")) {
            assertThrows(QueueUnavailableException.class, () -> Migration.move(config(), other.url(), target));
            assertEquals(Map.of(), target.taken().jobs());
        }
        assertEquals(Optional.empty(), new LogAudit(null, null).directory(data).broken());
    }

    @Test
    void queueThatIsServedIsNotMoved() {
        try (JobQueue queue = embedded();
                QueueImport target = QueueImport.open(config(), store, "test")) {
            submit(queue, "one", Sender.UNKNOWN);
            assertThrows(QueueUnavailableException.class, () -> Migration.move(config(), store.url(), target));
            assertEquals(Map.of(), target.taken().jobs());
        }
    }

    @Test
    void pauseOfTheQueueIsOneOfTheStore() {
        try (JobQueue queue = embedded()) {
            submit(queue, "one", Sender.UNKNOWN);
            await(queue.pause());
        }
        move();
        try (JobQueue queue = shared()) {
            assertTrue(await(queue.status()).paused());
        }
    }

    private QueueImport.Taken move() {
        try (QueueImport target = QueueImport.open(config(), store, "test")) {
            MovedJobs.OldLog log = Migration.move(config(), store.url(), target);
            target.sign();
            assertEquals(new LogAudit(null, null).directory(data).head(), log.head());
            return target.taken();
        }
    }

    /** Begins a move in a process of its own, and kills that once it has said so many times that it goes on. */
    private void kill(int steps) throws IOException, InterruptedException {
        Process process = HostProcess.start(MigrationTest.class, store, data);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (int i = 0; i < steps; i++) {
            assertEquals("goes on", said.readLine());
        }
        assertTrue(process.destroyForcibly().waitFor() != 0);
    }

    /** The process that is killed. */
    public static void main(String[] args) {
        QueueConfig config = QueueConfig.in(Path.of(args[1]));
        QueueImport target = QueueImport.open(config, new StoreConfig(args[0], Optional.empty(), "moved"), "test");
        MovedJobs.OldLog unused = Migration.move(config, args[0], new MovedJobs() {
            @Override
            public void begin(OldLog log) {
                target.begin(log);
            }

            @Override
            public void take(List<MovedJob> jobs) {
                System.out.println("goes on");
                target.take(jobs);
            }
        });
    }

    private void assertWhole(long jobs) {
        try (StoreLog log = StoreLog.open(store)) {
            StoreAudit audit = StoreAudit.of(log, new LogAudit(null, null));
            assertEquals(Optional.empty(), audit.broken());
            assertEquals(jobs, audit.jobs());
        }
    }

    private QueueConfig config() {
        return QueueConfig.in(data);
    }

    private JobQueue embedded() {
        return EmbeddedJobQueue.open(config(), Clock.systemUTC(), System::nanoTime, failure -> {
            throw new AssertionError("the queue gave up", failure);
        });
    }

    private JobQueue shared() {
        return PostgresJobQueue.open(
                config(),
                store,
                "test",
                System::nanoTime,
                failure -> {
                    throw new AssertionError("the queue gave up", failure);
                },
                QueueObserver.NONE);
    }

    private static Outcome failed() {
        return new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "the engine stumbled"), Optional.empty());
    }

    private static JobId submit(JobQueue queue, String text, Sender sender) {
        return accepted(await(queue.submit(JobRequest.bounded(JobKind.TITLE, text), sender)));
    }

    private static JobId accepted(Submission submission) {
        return assertInstanceOf(Submission.Accepted.class, submission).job().id();
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }
}
