package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JobQueueContract;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded queue keeps the contract, and its files keep what they promise. */
class EmbeddedJobQueueTest extends JobQueueContract {
    private static final long QUEUED_MAX = 50;

    @TempDir
    private Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private EmbeddedJobQueue queue;

    @BeforeEach
    void open() {
        queue = EmbeddedJobQueue.open(config(), Clock.fixed(START, ZoneOffset.UTC), nanos::get, failure -> {
            throw new AssertionError("the queue gave up", failure);
        });
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Override
    protected JobQueue queue() {
        return queue;
    }

    @Override
    protected JobQueue reopen() {
        queue.close();
        open();
        return queue;
    }

    @Override
    protected void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    protected long queuedMax() {
        return QUEUED_MAX;
    }

    @Test
    void secondQueueOnADirectoryIsRefusedWithTheHolder() {
        QueueUnavailableException refused = assertThrows(QueueUnavailableException.class, this::open);
        assertTrue(refused.getMessage().contains("in use by another npuq"), refused.getMessage());
        assertTrue(
                refused.getMessage()
                        .contains(Long.toString(ProcessHandle.current().pid())),
                refused.getMessage());
    }

    @Test
    void missingIndexIsBuiltAgainFromTheJournal() throws IOException {
        JobId done = accepted(title("done")).id();
        await(queue.finish(take(), succeeded("A title")));
        JobId waits = accepted(title("waits").withDeadline(Duration.ofHours(1))).id();
        Job before = job(done);
        queue.close();
        Files.delete(directory.resolve("index.mv.db"));
        open();
        assertTrue(queue.rebuiltIndex());
        assertEquals(before, job(done));
        assertEquals(waits, take().id());
    }

    @Test
    void damagedIndexIsBuiltAgainFromTheJournal() throws IOException {
        JobId waits = accepted(title("waits")).id();
        queue.close();
        Path index = directory.resolve("index.mv.db");
        byte[] bytes = Files.readAllBytes(index);
        java.util.Arrays.fill(bytes, 0, bytes.length / 2, (byte) 'x');
        Files.write(index, bytes);
        open();
        assertEquals(waits, take().id());
    }

    @Test
    void indexThatWasNotClosedInOrderIsBuiltAgain() throws IOException {
        JobId waits = accepted(title("waits")).id();
        queue.close();
        Files.writeString(directory.resolve("index.trust"), "open\n");
        open();
        assertTrue(queue.rebuiltIndex());
        assertEquals(waits, take().id());
    }

    @Test
    void keyThatWasUsedAgainAfterItsTimeIsStillKnownWhenTheIndexIsBuiltAgain() throws IOException {
        Sender sender = new Sender("test", Optional.of("k"));
        await(queue.submit(title("first"), sender));
        pass(Duration.ofHours(25));
        accepted(title("wakes the writer"));
        JobId second = assertInstanceOf(Submission.Accepted.class, await(queue.submit(title("second"), sender)))
                .job()
                .id();
        queue.close();
        Files.writeString(directory.resolve("index.trust"), "open\n");
        open();
        // The test's wall clock stands still: the new process begins at the first use again.
        pass(Duration.ofHours(25));
        accepted(title("wakes the writer"));
        assertEquals(new Submission.Known(second), await(queue.submit(title("second"), sender)));
    }

    @Test
    void indexIsKeptWhenItWasClosedInOrder() {
        accepted(title("waits"));
        reopen();
        assertFalse(queue.rebuiltIndex());
    }

    @Test
    void tornTailIsCutAndWhatWasAcknowledgedStays() throws IOException {
        JobId waits = accepted(title("waits")).id();
        queue.close();
        Files.write(log(), new byte[] {0, 0, 1, 17, 9, 9, 9}, StandardOpenOption.APPEND);
        open();
        assertEquals(JobState.QUEUED, job(waits).state());
        JobId later = accepted(title("later")).id();
        reopen();
        assertEquals(JobState.QUEUED, job(later).state());
    }

    @Test
    void journalThatLostWhatWasAcknowledgedStopsTheStart() throws IOException {
        accepted(title("first"));
        accepted(title("second"));
        queue.close();
        byte[] bytes = Files.readAllBytes(log());
        Files.write(log(), java.util.Arrays.copyOf(bytes, bytes.length - 10));
        QueueUnavailableException stopped = assertThrows(QueueUnavailableException.class, this::open);
        assertTrue(stopped.getMessage().contains("had been acknowledged"), stopped.getMessage());
        Files.write(log(), bytes);
        open();
    }

    @Test
    void brokenEntryBeforeTheTailStopsTheStartAndNamesIt() throws IOException {
        for (int i = 0; i < 5; i++) {
            accepted(title("job " + i));
        }
        queue.close();
        byte[] bytes = Files.readAllBytes(log());
        byte[] broken = bytes.clone();
        broken[bytes.length / 2] ^= 1;
        Files.write(log(), broken);
        QueueUnavailableException stopped = assertThrows(QueueUnavailableException.class, this::open);
        assertTrue(stopped.getMessage().contains("the journal is damaged"), stopped.getMessage());
        Files.write(log(), bytes);
        open();
    }

    @Test
    void inputIsGoneFromEveryFileWhenItsJobEnds() throws IOException {
        String secret = "the heron lands at noon";
        accepted(title(secret));
        accepted(title("something else"));
        Claim claim = take();
        assertTrue(anyFileHolds(secret));
        await(queue.finish(claim, succeeded("A title")));
        assertFalse(anyFileHolds(secret));
        reopen();
        assertFalse(anyFileHolds(secret));
        assertEquals(JobState.SUCCEEDED, job(claim.id()).state());
    }

    @Test
    void answerIsGoneFromEveryFileWhenItIsErasedByHand() throws IOException {
        String secret = "the heron has flown";
        JobId id = accepted(title("one")).id();
        await(queue.finish(take(), succeeded(secret)));
        assertTrue(anyFileHolds(secret));
        await(queue.erase(id));
        assertFalse(anyFileHolds(secret));
        reopen();
        assertEquals(Optional.empty(), job(id).result());
        pass(Duration.ofHours(25));
        await(queue.erase(id));
        assertEquals(JobState.SUCCEEDED, job(id).state());
    }

    @Test
    void answerIsGoneFromEveryFileWhenItsTimeIsOver() throws IOException {
        String secret = "the heron has landed";
        JobId id = accepted(title("one")).id();
        await(queue.finish(take(), succeeded(secret)));
        assertTrue(anyFileHolds(secret));
        pass(Duration.ofHours(25));
        accepted(title("wakes the writer"));
        accepted(title("and once more, so that the sweep before it is committed"));
        assertFalse(anyFileHolds(secret));
        assertEquals(JobState.SUCCEEDED, job(id).state());
        assertEquals(Optional.empty(), job(id).result());
    }

    @Test
    void damagedInputFailsItsJobAndItsNeighboursRun() throws IOException {
        JobId damaged = accepted(title("will be damaged")).id();
        JobId neighbour = accepted(title("neighbour")).id();
        queue.close();
        Path bodies = directory.resolve("journal/0000000001.body");
        byte[] bytes = Files.readAllBytes(bodies);
        bytes[30] ^= 1;
        Files.write(bodies, bytes);
        open();
        assertEquals(JobState.QUEUED, job(damaged).state());
        assertEquals(
                2,
                await(queue.list(new JobQuery(Optional.empty(), Optional.empty(), 10, Optional.empty())))
                        .jobs()
                        .size());
        assertEquals(neighbour, take().id());
        assertEquals(JobState.FAILED, job(damaged).state());
    }

    @Test
    void damagedTextsOfARunningAndAnEndedJobStopNobodyElse() throws IOException {
        JobId ended = accepted(title("ended")).id();
        await(queue.finish(take(), succeeded("an answer to be damaged")));
        JobId running = accepted(title("an input to be damaged")).id();
        take();
        JobId neighbour = accepted(title("neighbour")).id();
        queue.close();
        Path bodies = directory.resolve("journal/0000000001.body");
        byte[] bytes = Files.readAllBytes(bodies);
        flip(bytes, "an answer to be damaged");
        flip(bytes, "an input to be damaged");
        Files.write(bodies, bytes);
        open();
        assertInstanceOf(Cancellation.Known.class, await(queue.cancel(ended)));
        assertEquals(neighbour, take().id());
        assertEquals(JobState.FAILED, job(running).state());
    }

    private static void flip(byte[] bytes, String text) {
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text)] ^= 1;
    }

    @Test
    void bodyFileGoesWithItsLastTextAndTheLogStays() throws IOException {
        queue.close();
        int segmentBytes = 2_000;
        List<JobId> ids = new ArrayList<>();
        try (EmbeddedJobQueue small = small(segmentBytes)) {
            for (int i = 0; i < 40; i++) {
                ids.add(((Submission.Accepted) await(small.submit(title("job " + i))))
                        .job()
                        .id());
                await(small.finish(await(small.take(Lane.CPU)).orElseThrow(), succeeded("title " + i)));
            }
            pass(Duration.ofHours(25));
            for (int i = 0; i < 40; i++) {
                await(small.submit(title("wakes the writer " + i)));
            }
            assertFalse(Files.exists(directory.resolve("journal/0000000001.body")));
            assertTrue(Files.exists(log()));
            Job first = await(small.get(ids.get(0))).orElseThrow();
            assertEquals(JobState.SUCCEEDED, first.state());
            assertEquals(Optional.empty(), first.result());
        }
        Files.delete(directory.resolve("index.trust"));
        try (EmbeddedJobQueue rebuilt = small(segmentBytes)) {
            assertEquals(
                    JobState.SUCCEEDED,
                    await(rebuilt.get(ids.get(0))).orElseThrow().state());
            assertEquals(40, await(rebuilt.status()).byState().get(JobState.QUEUED));
        }
        open();
    }

    @Test
    void fullInBytesOrForAClientRefusesAndLeavesNoTrace() throws IOException {
        queue.close();
        QueueConfig tight =
                new QueueConfig(directory, 100, 2, 1_000, 50_000, false, Duration.ofHours(24), QueueConfig.SPILL_AFTER);
        Sender other = new Sender("other", Optional.empty());
        try (EmbeddedJobQueue bounded = open(tight)) {
            assertInstanceOf(Submission.Accepted.class, await(bounded.submit(title("one"))));
            assertInstanceOf(Submission.Accepted.class, await(bounded.submit(title("two"))));
            assertEquals(Refusal.CLIENT_FULL, refusal(bounded, title("three"), Sender.UNKNOWN));
            assertEquals(Refusal.QUEUE_FULL, refusal(bounded, title("x".repeat(900)), other));
            assertInstanceOf(Submission.Accepted.class, await(bounded.submit(title("small"), other)));
            assertEquals(3, await(bounded.status()).byState().get(JobState.QUEUED));
            await(bounded.cancel(await(bounded.take(Lane.CPU)).orElseThrow().id()));
            assertInstanceOf(Submission.Accepted.class, await(bounded.submit(title("three"))));
        }
        try (EmbeddedJobQueue again = open(tight)) {
            assertEquals(Refusal.CLIENT_FULL, refusal(again, title("four"), Sender.UNKNOWN));
        }
        open();
    }

    @Test
    void journalAtItsBoundTakesNoMoreJobsAndFinishesWhatItHas() throws IOException {
        queue.close();
        QueueConfig tight = new QueueConfig(
                directory, 100, 100, 100_000, 5_000, false, Duration.ofHours(24), QueueConfig.SPILL_AFTER);
        try (EmbeddedJobQueue bounded = open(tight)) {
            while (await(bounded.submit(title("fills the journal"))) instanceof Submission.Accepted) {
                assertTrue(await(bounded.status()).byState().get(JobState.QUEUED) < 50, "the bound is never met");
            }
            assertEquals(Refusal.DISK_SHORT, refusal(bounded, title("one more"), Sender.UNKNOWN));
            assertEquals(
                    Finish.RECORDED,
                    await(bounded.finish(await(bounded.take(Lane.CPU)).orElseThrow(), succeeded("done"))));
        }
        open();
    }

    private EmbeddedJobQueue open(QueueConfig config) {
        return EmbeddedJobQueue.open(config, Clock.fixed(START, ZoneOffset.UTC), nanos::get, failure -> {
            throw new AssertionError("the queue gave up", failure);
        });
    }

    private static Refusal refusal(JobQueue queue, JobRequest request, Sender sender) {
        return assertInstanceOf(Submission.Refused.class, await(queue.submit(request, sender)))
                .reason();
    }

    private EmbeddedJobQueue small(int segmentBytes) {
        QueueConfig config = config();
        return new EmbeddedJobQueue(
                new Opening(
                                config,
                                new SteadyClock(Clock.fixed(START, ZoneOffset.UTC), nanos::get),
                                ChannelOpener.REAL,
                                segmentBytes,
                                failure -> {
                                    throw new AssertionError("the queue gave up", failure);
                                },
                                QueueObserver.NONE)
                        .open(),
                config);
    }

    private QueueConfig config() {
        return QueueConfig.in(directory).withQueuedJobsMax(QUEUED_MAX);
    }

    private Path log() {
        return directory.resolve("journal/0000000001.log");
    }

    private boolean anyFileHolds(String text) throws IOException {
        return Queues.anyFileHolds(directory, text);
    }
}
