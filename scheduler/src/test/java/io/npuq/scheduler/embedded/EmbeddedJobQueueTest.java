package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JobQueueContract;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
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
        assertEquals(neighbour, take().id());
        assertEquals(JobState.FAILED, job(damaged).state());
    }

    private QueueConfig config() {
        return QueueConfig.in(directory).withQueuedJobsMax(QUEUED_MAX);
    }

    private Path log() {
        return directory.resolve("journal/0000000001.log");
    }

    private boolean anyFileHolds(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).anyMatch(file -> holds(file, text));
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
