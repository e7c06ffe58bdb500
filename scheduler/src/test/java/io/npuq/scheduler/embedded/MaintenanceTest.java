package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a journal that nobody serves is true, and the first damage is named. */
final class MaintenanceTest {
    @TempDir
    private Path data;

    private final Queues queues = new Queues();
    private OpenQueue open;
    private JobQueue queue;

    @BeforeEach
    void open() {
        open = queues.open(data);
        queue = open.queue();
    }

    @Test
    void checkCountsJobsTextsAndEntries() {
        Queues.run(queue, "one", "An answer");
        Queues.submit(queue, "two");
        Claim runs = Queues.take(queue);
        Queues.submit(queue, "three");
        JobId cancelled = Queues.submit(queue, "four");
        Queues.await(queue.cancel(cancelled));
        Queues.submit(queue, "five");
        queue.close();
        JournalReport report = Maintenance.check(data);
        assertEquals(1, runs.attempt());
        assertEquals(
                Map.of(JobState.SUCCEEDED, 1L, JobState.RUNNING, 1L, JobState.QUEUED, 2L, JobState.CANCELLED, 1L),
                report.jobs());
        // Three inputs and an answer; the two other inputs are gone.
        assertEquals(new JournalReport.Texts(4, 2, 0), report.texts());
        assertEquals(JournalReport.Index.FITS, report.index());
        assertFalse(report.tornTail());
    }

    @Test
    void checkChangesNothing() throws IOException {
        Queues.run(queue, "one", "An answer");
        queue.close();
        Maintenance.check(data);
        Maintenance.check(data);
        open();
        assertFalse(open.rebuiltIndex());
        queue.close();
    }

    @Test
    void checkOfACrashedQueueTellsWhatTheNextStartDoes() throws Exception {
        Queues.submit(queue, "one");
        open.abandon();
        assertEquals(JournalReport.Index.NOT_TRUSTED, Maintenance.check(data).index());
    }

    @Test
    void directoryInUseIsNotChecked() {
        QueueUnavailableException inUse = assertThrows(QueueUnavailableException.class, () -> Maintenance.check(data));
        assertTrue(inUse.getMessage().contains("in use by another npuq"), inUse.getMessage());
        queue.close();
    }

    @Test
    void directoryWithoutAQueueIsNoneAndStaysSo() {
        queue.close();
        Path other = data.resolve("other");
        QueueUnavailableException none = assertThrows(QueueUnavailableException.class, () -> Maintenance.check(other));
        assertTrue(none.getMessage().contains("holds no queue"), none.getMessage());
        assertFalse(Files.exists(other));
    }

    @Test
    void flippedBitIsNamedWithItsPlaceWhereverItIs() throws IOException {
        for (int i = 0; i < 6; i++) {
            Queues.submit(queue, "a job that waits, number " + i);
        }
        queue.close();
        damage(data.resolve("journal/0000000001.log"), "the journal is damaged: the entry in ");
        damage(data.resolve("journal/0000000001.body"), "the text at ");
        Maintenance.check(data);
    }

    @Test
    void indexOfAnotherTimeDoesNotFit() throws IOException {
        Queues.submit(queue, "one");
        queue.close();
        byte[] index = Files.readAllBytes(data.resolve("index.mv.db"));
        byte[] trust = Files.readAllBytes(data.resolve("index.trust"));
        open();
        Queues.run(queue, "two", "An answer");
        queue.close();
        assertEquals(JournalReport.Index.FITS, Maintenance.check(data).index());
        Files.write(data.resolve("index.mv.db"), index);
        Files.write(data.resolve("index.trust"), trust);
        QueueUnavailableException unfit = assertThrows(QueueUnavailableException.class, () -> Maintenance.check(data));
        assertTrue(unfit.getMessage().contains("the index does not fit the journal"), unfit.getMessage());
        Maintenance.rebuildIndex(data);
        assertEquals(JournalReport.Index.FITS, Maintenance.check(data).index());
    }

    @Test
    void rebuiltIndexIsTrustedAndTheQueueGoesOnWithIt() throws Exception {
        JobId ended = Queues.run(queue, "one", "An answer");
        JobId waits = Queues.submit(queue, "two");
        open.abandon();
        JournalReport before = Maintenance.check(data);
        assertEquals(before.entries(), Maintenance.rebuildIndex(data));
        assertEquals(JournalReport.Index.FITS, Maintenance.check(data).index());
        open();
        assertFalse(open.rebuiltIndex());
        assertEquals(JobState.SUCCEEDED, Queues.job(queue, ended).state());
        assertEquals(waits, Queues.take(queue).id());
        queue.close();
    }

    private void damage(Path file, String expected) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = Arrays.copyOf(whole, whole.length);
        damaged[whole.length / 2] ^= 1;
        Files.write(file, damaged);
        QueueUnavailableException named = assertThrows(QueueUnavailableException.class, () -> Maintenance.check(data));
        assertTrue(named.getMessage().startsWith(expected), named.getMessage());
        assertTrue(named.getMessage().contains("byte "), named.getMessage());
        Files.write(file, whole);
    }
}
