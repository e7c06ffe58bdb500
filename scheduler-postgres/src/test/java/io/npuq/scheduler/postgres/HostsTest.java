package io.npuq.scheduler.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.StoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts share one queue. */
class HostsTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final StoreConfig store = PostgresServer.schema();
    private JobQueue a;
    private JobQueue b;

    @BeforeEach
    void open() {
        a = open("a");
        b = open("b");
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private JobQueue open(String name) {
        return PostgresServer.open(store, directory.resolve(name), name);
    }

    @Test
    void whoWatchesAtOneHostHearsOfTheEndAtTheOther() {
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        Submission.Accepted accepted =
                assertInstanceOf(Submission.Accepted.class, await(a.submit(title("one"), Sender.UNKNOWN, events::add)));
        Claim claim = await(b.take(Lane.CPU)).orElseThrow();
        assertEquals(accepted.job().id(), claim.id());
        assertEquals(Finish.RECORDED, await(b.finish(claim, failed())));
        Job seen = nextState(events);
        while (!seen.state().isFinal()) {
            assertEquals(JobState.RUNNING, seen.state());
            seen = nextState(events);
        }
        assertEquals(JobState.FAILED, seen.state());
        assertEquals(seen, await(b.get(claim.id())).orElseThrow());
    }

    @Test
    void laneThatWaitsAtOneHostGetsWhatIsSubmittedAtTheOther() {
        CompletionStage<Optional<Claim>> waiting = b.take(Lane.CPU);
        JobId id = submit(a, title("one"));
        assertEquals(id, await(waiting).orElseThrow().id());
    }

    @Test
    void jobThatRunsAtOneHostIsStoppedByTheOther() {
        JobId id = submit(a, title("one"));
        Claim claim = await(b.take(Lane.CPU)).orElseThrow();
        await(a.cancel(id));
        while (!claim.cancel().isSet()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void equalRequestsAtBothHostsAtOnceMakeOneJob() {
        List<CompletionStage<Submission>> answers = new ArrayList<>();
        Sender sender = new Sender("test", Optional.of("key"));
        for (int i = 0; i < 10; i++) {
            answers.add(a.submit(title("once"), sender));
            answers.add(b.submit(title("once"), sender));
        }
        List<Submission> all = answers.stream().map(HostsTest::await).toList();
        List<JobId> made = all.stream()
                .filter(Submission.Accepted.class::isInstance)
                .map(answer -> ((Submission.Accepted) answer).job().id())
                .toList();
        assertEquals(1, made.size());
        assertEquals(
                19,
                all.stream().filter(new Submission.Known(made.get(0))::equals).count());
    }

    @Test
    void whatAHostRanThatWasGivenUpRunsElsewhereAndItsAnswerIsFenced() {
        JobId id = submit(a, title("one"));
        Claim lost = await(a.take(Lane.CPU)).orElseThrow();
        // As b would, had it not heard of a for the time of a lease.
        sql("WITH gone AS (UPDATE hosts SET lease_until = '-infinity', epoch = epoch + 1 WHERE name = 'a' RETURNING id)"
                + " UPDATE chains SET epoch = epoch + 1 FROM gone WHERE host = id");
        Claim again = await(b.take(Lane.CPU)).orElseThrow();
        assertEquals(id, again.id());
        assertEquals(2, again.attempt());
        // A host that was given up hears of it as soon as it writes, and stops what it runs.
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        lost.cancel().onCancel(() -> stopped.complete(null));
        await(stopped);
        assertEquals(Finish.FENCED, await(a.finish(lost, failed())));
        assertEquals(Finish.RECORDED, await(b.finish(again, failed())));
        submit(a, title("it has joined anew"));
    }

    @Test
    void whatAHostRanThatIsKilledRunsElsewhere() throws IOException, InterruptedException {
        JobId id = submit(a, title("one"));
        Process killed = HostProcess.running(store, directory.resolve("killed"));
        assertEquals(JobState.RUNNING, await(a.get(id)).orElseThrow().state());
        CompletionStage<Optional<Claim>> waiting = a.take(Lane.CPU);
        int unused = killed.destroyForcibly().waitFor();
        Claim again = await(waiting).orElseThrow();
        assertEquals(id, again.id());
        assertEquals(2, again.attempt());
    }

    @Test
    void jobForAnNpuWaitsForTheHostThatHasOne() {
        b.laneState(Lane.NPU, main());
        CompletionStage<Optional<Claim>> atB = b.take(Lane.NPU);
        a.laneState(Lane.CPU, main());
        awaitNpuElsewhere();
        JobId forNpu = submit(a, title("npu").withDevice(DevicePolicy.NPU));
        CompletionStage<Optional<Claim>> atA = a.take(Lane.CPU);
        assertEquals(forNpu, await(atB).orElseThrow().id());
        assertFalse(atA.toCompletableFuture().isDone());
        JobId forAny = submit(a, title("any").withDevice(DevicePolicy.ANY));
        assertEquals(forAny, await(atA).orElseThrow().id());
    }

    @Test
    void connectionsThatAreCutOffAreMadeAnewAndNothingIsLost() {
        JobId before = submit(a, title("before"));
        Claim claim = await(a.take(Lane.CPU)).orElseThrow();
        assertEquals(before, claim.id());
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'npuq a'");
        assertEquals(Finish.RECORDED, await(a.finish(claim, failed())));
        assertEquals(JobState.FAILED, await(b.get(before)).orElseThrow().state());
    }

    @Test
    void pauseHoldsForAllHosts() {
        await(a.pause());
        while (!await(b.status()).paused()) {
            Thread.onSpinWait();
        }
        CompletionStage<Optional<Claim>> waiting = b.take(Lane.CPU);
        JobId id = submit(b, title("one"));
        assertFalse(waiting.toCompletableFuture().isDone());
        await(a.resume());
        assertEquals(id, await(waiting).orElseThrow().id());
    }

    @Test
    void hostThatIsPausedLeavesJobsToTheOthers() {
        await(a.pause(QueueScope.HOST));
        CompletionStage<Optional<Claim>> paused = a.take(Lane.CPU);
        JobId id = submit(a, title("one"));
        assertEquals(id, await(b.take(Lane.CPU)).orElseThrow().id());
        assertFalse(await(b.status()).paused());
        assertFalse(paused.toCompletableFuture().isDone());
        await(a.resume(QueueScope.HOST));
        JobId next = submit(a, title("two"));
        assertEquals(next, await(paused).orElseThrow().id());
    }

    @Test
    void hostThatDrainsRefusesWhatTheOthersTake() {
        await(a.drain(QueueScope.HOST));
        Submission.Refused refused = assertInstanceOf(Submission.Refused.class, await(a.submit(title("one"))));
        assertEquals(Refusal.DRAINING, refused.reason());
        submit(b, title("one"));
        await(b.resume(QueueScope.ALL));
        while (!(await(a.submit(title("two"))) instanceof Submission.Accepted)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatWasSaidToAllHoldsForAHostThatIsResumed() {
        await(a.pause(QueueScope.ALL));
        await(a.resume(QueueScope.HOST));
        assertTrue(await(a.status()).paused());
    }

    @Test
    void storeThatMayLoseWhatItAcknowledgedIsRefused() {
        PostgresServer.execute("CREATE ROLE careless LOGIN SUPERUSER");
        PostgresServer.execute("ALTER ROLE careless SET synchronous_commit = off");
        QueueUnavailableException refused = assertThrows(
                QueueUnavailableException.class,
                () -> Database.open(
                        new StoreConfig(store.url().replace("postgres@", "careless@"), Optional.empty(), "careless")));
        assertTrue(String.valueOf(refused.getMessage()).contains("synchronous_commit is off there"), refused::toString);
    }

    /** Waits until a has heard of b's NPU: then, and no sooner, does its own lane leave such a job alone. */
    @Test
    void whatAHostThatLostTheNetworkHadLockedIsLetGo() {
        try (Database cutOff = Database.open(store)) {
            Handle handle = cutOff.jdbi().open().begin();
            assertEquals(
                    2,
                    handle.select("SELECT host FROM chains FOR UPDATE")
                            .mapTo(int.class)
                            .list()
                            .size());
            // Nothing more is heard of it, and its connection stands.
            JobId id = submit(a, title("one"));
            assertEquals(id, await(b.take(Lane.CPU)).orElseThrow().id());
            // Should it be heard of after all, it knows that only the connection was lost.
            assertTrue(StoreFailure.isGone(assertThrows(JdbiException.class, () -> handle.execute("SELECT 1"))));
        }
    }

    private void awaitNpuElsewhere() {
        while (!((PostgresJobQueue) a).leavesNpuToOthers()) {
            Thread.onSpinWait();
        }
    }

    private void sql(String statement) {
        String schema = store.url().substring(store.url().lastIndexOf('=') + 1);
        PostgresServer.execute("SET search_path = " + schema + "; " + statement);
    }

    private static LaneState main() {
        return new LaneState(LaneState.Role.MAIN, LaneState.Condition.SERVING, OptionalInt.empty());
    }

    private static JobRequest title(String text) {
        return JobRequest.bounded(JobKind.TITLE, text);
    }

    private static Outcome failed() {
        return new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "the engine stumbled"), Optional.empty());
    }

    private static JobId submit(JobQueue queue, JobRequest request) {
        return assertInstanceOf(Submission.Accepted.class, await(queue.submit(request)))
                .job()
                .id();
    }

    private static Job nextState(BlockingQueue<JobEvent> events) {
        try {
            JobEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return assertInstanceOf(JobEvent.StateChanged.class, event).job();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }
}
