package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups hold what was acknowledged when they began, however the queue went on; and a queue can be made of them. */
final class BackupTest {
    private static final String SECRET = "the heron lands at noon";

    @TempDir
    private Path home;

    private final Queues queues = new Queues();
    private Path data;
    private OpenQueue open;
    private JobQueue queue;

    @BeforeEach
    void open() {
        data = home.resolve("data");
        open = queues.open(data);
        queue = open.queue();
    }

    @Test
    void everyJobIsThereInTheStateThatItHadWhenTheBackupBegan() throws Exception {
        JobId ended = Queues.run(queue, "one", "An answer");
        Job before = Queues.job(queue, ended);
        JobId runs = Queues.submit(queue, SECRET);
        Claim claim = Queues.take(queue);
        JobId waits = Queues.submit(queue, "three");
        Backup backup = Queues.begin(queue);
        Queues.succeed(queue, claim, "too late for the backup");
        JobId later = Queues.submit(queue, "too late as well");
        JournalReport report = receive(Queues.bytes(backup));
        backup.close();
        assertEquals(Map.of(JobState.SUCCEEDED, 1L, JobState.RUNNING, 1L, JobState.QUEUED, 1L), report.jobs());
        queue.close();

        JobQueue restored = restored();
        assertEquals(before, Queues.job(restored, ended));
        assertEquals(Optional.empty(), Queues.await(restored.get(later)));
        Claim again = Queues.take(restored);
        assertEquals(runs, again.id());
        assertEquals(2, again.attempt());
        assertEquals(claim.request(), again.request());
        assertEquals(waits, Queues.take(restored).id());
        restored.close();
    }

    @Test
    void textsOfTheBackupStayWhileItIsTakenAndGoWhenItIsOver() throws IOException {
        Queues.submit(queue, SECRET);
        Backup backup = Queues.begin(queue);
        Queues.succeed(queue, Queues.take(queue), "An answer");
        assertTrue(Queues.anyFileHolds(data, SECRET));
        byte[] archive = Queues.bytes(backup);
        backup.close();
        backup.close();
        awaitNextBackup().close();
        assertFalse(Queues.anyFileHolds(data, SECRET));
        receive(archive);
        assertTrue(Queues.anyFileHolds(target(), SECRET));
        queue.close();
    }

    @Test
    void backupThatIsGivenUpLetsErasuresGoOn() throws IOException {
        Queues.submit(queue, SECRET);
        Backup backup = Queues.begin(queue);
        Queues.succeed(queue, Queues.take(queue), "An answer");
        assertTrue(Queues.await(backup.next()).isPresent());
        backup.close();
        awaitNextBackup().close();
        assertFalse(Queues.anyFileHolds(data, SECRET));
        queue.close();
    }

    @Test
    void textsThatWereErasedBeforeAreNotInTheBackup() throws IOException {
        Queues.run(queue, SECRET, "An answer");
        // The input lay in no batch that matters any more once another one is on disk.
        Queues.submit(queue, "another");
        receive(Queues.bytes(Queues.begin(queue)));
        assertFalse(Queues.anyFileHolds(target(), SECRET));
        queue.close();
    }

    @Test
    void filesThatFallEmptyMeanwhileAreInTheBackup() throws IOException {
        List<JobId> ids = Stream.iterate(0, i -> i + 1)
                .limit(20)
                .map(i -> Queues.run(queue, "job " + i, "An answer"))
                .toList();
        List<Job> before = ids.stream().map(id -> Queues.job(queue, id)).toList();
        Path first = data.resolve("journal/0000000001.body");
        Backup backup = Queues.begin(queue);
        queues.pass(Duration.ofHours(25));
        Queues.submit(queue, "wakes the writer");
        Queues.submit(queue, "and once more");
        assertTrue(Files.exists(first));
        JournalReport report = receive(Queues.bytes(backup));
        assertTrue(report.segments() > 2, report::toString);
        assertEquals(20, report.texts().live(), report::toString);
        queue.close();
        assertFalse(Files.exists(first), "what was held back is made up for at the close at the latest");
        JobQueue restored = queuesAtTheStart().open(restoredData()).queue();
        assertEquals(before, ids.stream().map(id -> Queues.job(restored, id)).toList());
        restored.close();
    }

    @Test
    void filesAndBatchesComeAlongAsTheyWereWhenItBegan() throws IOException {
        beside("batches/batch_1.json", "running");
        beside("batches/batch_1.output", "a line\n");
        beside("files/file-1.json", "sent");
        beside("files/file-1.data", "what a client sent");
        beside("files/file-2.data", "deleted while it is taken");
        beside("files/file-3.upload", "still coming");
        Backup backup = Queues.begin(queue);
        beside("batches/batch_1.json", "has ended");
        beside("batches/batch_1.output", "a line\nanother line\n");
        beside("files/file-4.data", "later");
        Files.delete(data.resolve("files/file-2.data"));
        receive(Queues.bytes(backup));
        backup.close();
        queue.close();
        restored().close();

        assertEquals(
                List.of("batch_1.json", "batch_1.output"), names(restoredData().resolve("batches")));
        assertEquals(List.of("file-1.data", "file-1.json"), names(restoredData().resolve("files")));
        assertEquals("running", Files.readString(restoredData().resolve("batches/batch_1.json")));
        assertEquals("a line\n", Files.readString(restoredData().resolve("batches/batch_1.output")));
        assertEquals("what a client sent", Files.readString(restoredData().resolve("files/file-1.data")));
    }

    @Test
    void filesOfAStoppedQueueComeAlongAndAreNeverReplaced() throws IOException {
        beside("files/file-1.json", "sent");
        queue.close();
        backUp();
        Files.createDirectories(restoredData().resolve("files"));
        Path mine = Files.writeString(restoredData().resolve("files/file-9.json"), "mine");
        assertThrows(QueueUnavailableException.class, () -> Maintenance.restore(target(), restoredData()));
        assertEquals("mine", Files.readString(mine));
        Files.delete(mine);
        Maintenance.restore(target(), restoredData());
        assertEquals("sent", Files.readString(restoredData().resolve("files/file-1.json")));
        Path damaged = Files.writeString(target().resolve("files/file-1.json"), "else");
        QueueUnavailableException refused = assertThrows(
                QueueUnavailableException.class, () -> Maintenance.restore(target(), home.resolve("other")));
        assertTrue(refused.getMessage().contains(damaged.toString()), refused.getMessage());
    }

    private void beside(String name, String text) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void oneBackupIsTakenAtATime() {
        Backup backup = Queues.begin(queue);
        assertEquals(Optional.empty(), Queues.await(queue.backup()));
        backup.close();
        awaitNextBackup().close();
        queue.close();
    }

    @Test
    void closingTheQueueInMidBackupErasesWhatWasHeldBack() throws IOException {
        Queues.submit(queue, SECRET);
        Backup backup = Queues.begin(queue);
        Queues.succeed(queue, Queues.take(queue), "An answer");
        queue.close();
        assertFalse(Queues.anyFileHolds(data, SECRET));
        backup.close();
    }

    @Test
    void aCrashInMidBackupErasesAtTheNextStart() throws Exception {
        JobId id = Queues.submit(queue, SECRET);
        Backup backup = Queues.begin(queue);
        Queues.succeed(queue, Queues.take(queue), "An answer");
        assertTrue(Queues.await(backup.next()).isPresent());
        open.abandon();
        assertTrue(Queues.anyFileHolds(data, SECRET));
        JobQueue again = queues.open(data).queue();
        assertFalse(Queues.anyFileHolds(data, SECRET));
        assertEquals(JobState.SUCCEEDED, Queues.job(again, id).state());
        again.close();
    }

    @Test
    void brokenTransferLeavesNothing() throws IOException {
        Queues.run(queue, "one", "An answer");
        Queues.submit(queue, "two");
        byte[] archive = Queues.bytes(Queues.begin(queue));
        queue.close();
        for (int length = 0; length < archive.length; length += 293) {
            byte[] part = Arrays.copyOf(archive, length);
            if (isCutInTheManifestsList(archive, length)) {
                continue;
            }
            assertThrows(QueueUnavailableException.class, () -> receive(part), "cut at " + length);
            assertEquals(List.of("data"), names(home));
        }
        receive(archive);
    }

    @Test
    void directoryWithSomethingInItIsNoPlaceForABackup() throws IOException {
        Files.createDirectories(target());
        Files.writeString(target().resolve("mine.txt"), "mine");
        byte[] archive = Queues.bytes(Queues.begin(queue));
        QueueUnavailableException refused = assertThrows(QueueUnavailableException.class, () -> receive(archive));
        assertTrue(refused.getMessage().contains("is no empty directory"), refused.getMessage());
        assertEquals(List.of("mine.txt"), names(target()));
        queue.close();
    }

    @Test
    void emptyDirectoryBecomesTheBackupEvenOfAnEmptyQueue() throws IOException {
        Files.createDirectories(target());
        receive(Queues.bytes(Queues.begin(queue)));
        queue.close();
        JobQueue restored = restored();
        Queues.run(restored, "one", "An answer");
        restored.close();
    }

    @Test
    void directoryOfAStoppedQueueIsBackedUpUnlessItIsInUse() {
        JobId waits = Queues.submit(queue, SECRET);
        QueueUnavailableException inUse = assertThrows(QueueUnavailableException.class, this::backUp);
        assertTrue(inUse.getMessage().contains("in use by another npuq"), inUse.getMessage());
        assertTrue(inUse.getMessage().contains("--url"), inUse.getMessage());
        queue.close();
        assertEquals(Map.of(JobState.QUEUED, 1L), backUp().jobs());
        JobQueue restored = restored();
        assertEquals(waits, Queues.take(restored).id());
        restored.close();
    }

    @Test
    void tornTailIsLeftOutOfTheBackup() throws Exception {
        JobId waits = Queues.submit(queue, "waits");
        open.abandon();
        Path log = data.resolve("journal/0000000001.log");
        Files.write(log, new byte[] {0, 0, 1, 17, 9, 9, 9}, java.nio.file.StandardOpenOption.APPEND);
        backUp();
        JobQueue restored = restored();
        assertEquals(waits, Queues.take(restored).id());
        restored.close();
    }

    @Test
    void restoreRefusesADirectoryThatHoldsAQueue() {
        Queues.submit(queue, "mine");
        queue.close();
        backUp();
        QueueUnavailableException refused =
                assertThrows(QueueUnavailableException.class, () -> Maintenance.restore(target(), data));
        assertTrue(refused.getMessage().contains("holds a queue already"), refused.getMessage());
    }

    @Test
    void restoreRefusesADamagedBackupAndLeavesNoQueue() throws IOException {
        Queues.submit(queue, SECRET);
        queue.close();
        backUp();
        for (String name : List.of("journal/0000000001.log", "journal/0000000001.body", BackupManifest.NAME)) {
            Path file = target().resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            damaged[whole.length / 2] ^= 1;
            Files.write(file, damaged);
            QueueUnavailableException refused =
                    assertThrows(QueueUnavailableException.class, () -> Maintenance.restore(target(), restoredData()));
            assertTrue(refused.getMessage().contains("backup is damaged"), refused.getMessage());
            assertFalse(Files.exists(restoredData()), name);
            Files.delete(file);
            assertThrows(QueueUnavailableException.class, () -> Maintenance.restore(target(), restoredData()), name);
            Files.write(file, whole);
        }
        Maintenance.restore(target(), restoredData());
    }

    @Test
    void restoreThatBrokeOffCanBeDoneAgain() throws IOException {
        Queues.submit(queue, "waits");
        queue.close();
        backUp();
        Path left = Files.createDirectories(restoredData().resolve("journal.restoring"));
        Files.writeString(left.resolve("0000000001.log"), "half");
        Maintenance.restore(target(), restoredData());
        assertEquals(List.of("audit", "batches", "files", "journal", "npuq.lock"), names(restoredData()));
    }

    /** All behind the manifest is the archive's list of its files, which nothing needs. */
    private static boolean isCutInTheManifestsList(byte[] archive, int length) {
        byte[] list = {'P', 'K', 1, 2};
        for (int at = 0; at + list.length <= length; at++) {
            if (Arrays.equals(archive, at, at + list.length, list, 0, list.length)) {
                return true;
            }
        }
        return false;
    }

    private Path target() {
        return home.resolve("backup");
    }

    private Path restoredData() {
        return home.resolve("restored");
    }

    private JournalReport receive(byte[] archive) {
        return Maintenance.receiveBackup(new ByteArrayInputStream(archive), target());
    }

    private JournalReport backUp() {
        return Maintenance.backUp(data, target(), Clock.fixed(Queues.START, ZoneOffset.UTC));
    }

    /** The queue of the backup. */
    private JobQueue restored() {
        Maintenance.restore(target(), restoredData());
        return queues.open(restoredData()).queue();
    }

    private Queues queuesAtTheStart() {
        Maintenance.restore(target(), restoredData());
        return new Queues();
    }

    /** Begins once the erasures of the one before are made up for. */
    private Backup awaitNextBackup() {
        Optional<Backup> next = Queues.await(queue.backup());
        while (next.isEmpty()) {
            next = Queues.await(queue.backup());
        }
        return next.get();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
