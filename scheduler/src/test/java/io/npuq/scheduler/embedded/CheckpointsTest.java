package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.audit.LogAudit;
import io.npuq.scheduler.audit.LogExport;
import io.npuq.scheduler.audit.LogFilter;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue signs how far its log went, and what was signed can be held against the log. */
final class CheckpointsTest {
    private static final Clock CLOCK = Clock.fixed(Queues.START, ZoneOffset.UTC);

    @TempDir
    private Path home;

    private final Queues queues = new Queues();
    private Path data;
    private AuditFiles files;

    @BeforeEach
    void name() {
        data = home.resolve("data");
        files = new AuditFiles(data);
    }

    @Test
    void queueThatIsClosedHasItsLastEntrySigned() {
        long entries = work("one", "two");
        AuditReport report = audit();
        assertEquals(entries, report.entries());
        assertEquals(entries, report.proven());
        assertEquals(entries, report.newest().orElseThrow().entries());
        assertEquals(report.head(), report.newest().orElseThrow().head());
        assertEquals(List.of(key()), report.keys());
    }

    @Test
    void runningQueueIsCheckedToo() {
        work("one");
        JobQueue queue = queues.open(data).queue();
        Queues.submit(queue, "two");
        AuditReport report = audit();
        assertTrue(report.proven() < report.entries(), report::toString);
        queue.close();
        assertEquals(audit().entries(), audit().proven());
    }

    @Test
    void keyIsItsOwnersAloneAndStays() throws IOException {
        work("one");
        VerifierKey key = key();
        assumeTrue(Files.getFileStore(data).supportsFileAttributeView("posix"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())));
        work("two");
        assertEquals(key, key());
    }

    @Test
    void directoryOfBeforeGetsItsKeyAtTheNextStart() throws IOException {
        work("one");
        BackupDirectory.deleteTree(data.resolve(AuditFiles.DIRECTORY));
        AuditReport before = audit();
        assertEquals(Optional.empty(), before.broken());
        assertEquals(0, before.proven());
        long entries = work("two");
        assertEquals(entries, audit().proven());
    }

    @Test
    void checkpointThatCannotBeWrittenCostsNoJobAndIsMadeUpFor() throws IOException {
        Files.createDirectories(data);
        Path inTheWay = Files.createFile(data.resolve(AuditFiles.DIRECTORY));
        JobQueue queue = queues.open(data).queue();
        JobId id = Queues.run(queue, "one", "An answer");
        assertEquals(JobState.SUCCEEDED, Queues.job(queue, id).state());
        String trouble =
                queue.status().toCompletableFuture().join().checkpointTrouble().orElseThrow();
        assertTrue(trouble.contains(inTheWay.toString()), trouble);
        Files.delete(inTheWay);
        queue.close();
        assertEquals(audit().entries(), audit().proven());
        assertEquals(JournalReport.Index.FITS, Maintenance.check(data).index());
    }

    @Test
    void cutTailIsFoundByTheCheckpointThatIsLeft() throws IOException {
        work("one");
        Path journal = copyOfJournal();
        long before = audit().entries();
        work("two");
        putBack(journal);
        AuditReport cut = audit();
        assertEquals(before + 1, cut.broken().orElseThrow().entry());
    }

    @Test
    void checkpointKeptElsewhereFindsWhatTheDirectorysOwnCannot() throws IOException {
        work("one");
        Path early = kept("early");
        Path journal = copyOfJournal();
        byte[] notes = Files.readAllBytes(files.checkpoints());
        work("two");
        Path late = kept("late");
        putBack(journal);
        Files.write(files.checkpoints(), notes);
        assertEquals(Optional.empty(), audit().broken());
        assertEquals(Optional.empty(), new LogAudit(null, early).directory(data).broken());
        assertTrue(new LogAudit(null, late).directory(data).broken().isPresent());
    }

    @Test
    void checkpointThatWasChangedWhereItWasKeptAccusesNoLog() throws IOException {
        long entries = work("one");
        Path kept = kept("kept");
        Files.writeString(kept, Files.readString(kept).replace("\n" + entries + "\n", "\n" + (entries + 1) + "\n"));
        LogAudit audit = new LogAudit(null, kept);
        InvalidInputException changed = assertThrows(InvalidInputException.class, () -> audit.directory(data));
        assertTrue(changed.getMessage().contains("it was changed itself"), changed.getMessage());
    }

    @Test
    void changedCheckpointIsFound() throws IOException {
        work("one");
        String notes = Files.readString(files.checkpoints());
        int at = notes.indexOf("time ", notes.indexOf("\n\n", notes.indexOf("\n\n") + 2)) + 8;
        Files.writeString(files.checkpoints(), notes.substring(0, at) + "7" + notes.substring(at + 1));
        String message = audit().broken().orElseThrow().message();
        assertTrue(message.contains("is not what the key"), message);
    }

    @Test
    void whatACrashLeftOfANoteIsReplacedByTheNext() throws IOException {
        work("one");
        Files.writeString(files.checkpoints(), key().name() + "\n12", StandardOpenOption.APPEND);
        assertEquals(Optional.empty(), audit().broken());
        work("two");
        assertEquals(Optional.empty(), audit().broken());
        assertEquals(audit().entries(), audit().proven());
    }

    @Test
    void oldKeyVouchesForTheNewOne() throws IOException {
        work("one");
        VerifierKey old = key();
        VerifierKey next = Maintenance.rotateKey(data, CLOCK);
        assertNotEquals(old, next);
        assertEquals(next, key());
        long entries = work("two");
        for (VerifierKey key : List.of(old, next)) {
            AuditReport report = new LogAudit(key, null).directory(data);
            assertEquals(Optional.empty(), report.broken());
            assertEquals(entries, report.proven());
        }
        assertEquals(List.of(old, next), audit().keys());
        assertFalse(Files.readString(files.key()).contains(old.toString()));
    }

    @Test
    void keyOfAnotherLogFindsNothingThatItSigned() {
        work("one");
        VerifierKey key = key();
        data = home.resolve("other");
        files = new AuditFiles(data);
        work("one");
        String message =
                new LogAudit(key, null).directory(data).broken().orElseThrow().message();
        assertTrue(message.contains("no checkpoint is signed by the key"), message);
    }

    @Test
    void fileOfCheckpointsIsThinnedAndProvesAsMuch() throws IOException {
        work("one");
        String notes = Files.readString(files.checkpoints());
        String newest = new Checkpoints(data).newest().orElseThrow() + "\n\n";
        Files.writeString(files.checkpoints(), notes + newest.repeat((256 << 10) / newest.length()));
        work("two");
        assertTrue(Files.size(files.checkpoints()) < 200 << 10, "not thinned");
        assertEquals(Optional.empty(), audit().broken());
        assertEquals(audit().entries(), audit().proven());
    }

    @Test
    void backupHoldsTheCheckpointsOfItsEntriesAndNoPrivateKey() throws IOException {
        work("one");
        VerifierKey key = key();
        JobQueue queue = queues.open(data).queue();
        byte[] archive = Queues.bytes(Queues.begin(queue));
        Queues.submit(queue, "two");
        queue.close();
        Path backup = home.resolve("backup");
        Maintenance.receiveBackup(new ByteArrayInputStream(archive), backup);
        assertFalse(Queues.anyFileHolds(backup, "PRIVATE"));
        Path stopped = home.resolve("stopped");
        Maintenance.backUp(data, stopped, CLOCK);
        assertFalse(Queues.anyFileHolds(stopped, "PRIVATE"));

        data = home.resolve("restored");
        files = new AuditFiles(data);
        Maintenance.restore(backup, data);
        AuditReport restored = new LogAudit(key, null).directory(data);
        assertEquals(Optional.empty(), restored.broken());
        assertTrue(restored.proven() > 0);
        long entries = work("three");
        assertNotEquals(key, key());
        assertEquals(entries, audit().proven());
        assertEquals(Optional.empty(), new LogAudit(key, null).directory(data).broken());
    }

    @Test
    void exportHasTheEntriesOwnBytesAndIsWhole() throws IOException {
        work("one", "two");
        Path file = home.resolve("log.jsonl");
        LogExport.Exported exported = new LogExport(data, everything()).to(file);
        assertEquals(Files.readAllLines(file).size(), exported.entries());
        AuditReport report = new LogAudit(key(), null).export(file);
        assertEquals(Optional.empty(), report.broken());
        assertEquals(exported.entries(), report.proven());
        assertThrows(QueueUnavailableException.class, () -> new LogExport(data, everything()).to(file));
    }

    @Test
    void filteredExportHasWhatWasAskedForAndSaysThatItProvesLess() throws IOException {
        JobQueue queue = queues.open(data).queue();
        Queues.run(queue, "one", "An answer");
        JobId second = Queues.run(queue, "two", "An answer");
        queue.close();
        Path file = home.resolve("log.jsonl");
        LogFilter filter = new LogFilter(null, null, Set.of(JobKind.TITLE), Set.of(second));
        LogExport.Exported exported = new LogExport(data, filter).to(file);
        assertEquals(3, exported.entries());
        assertTrue(Files.readAllLines(file).stream().allMatch(line -> line.contains(second.value())));
        assertTrue(new LogAudit(null, null).export(file).broken().isPresent());
        AuditReport report = new LogAudit(null, null).filteredExport(file);
        assertEquals(Optional.empty(), report.broken());
        assertTrue(report.filtered());

        assertEquals("", exported(new LogFilter(null, null, Set.of(JobKind.CHAT), Set.of())));
        assertEquals("", exported(new LogFilter(Queues.START.plusSeconds(1), null, Set.of(), Set.of())));
        assertEquals(
                exported(everything()),
                exported(new LogFilter(Instant.MIN, Queues.START.plusSeconds(1), Set.of(), Set.of())));
    }

    @Test
    void neighboursInAFilteredExportAreProvenByACheckpointBehindThem() throws IOException {
        work("one", "two");
        Path file = home.resolve("log.jsonl");
        new LogExport(data, everything()).to(file);
        String all = Files.readString(file);
        String rest = all.substring(all.indexOf('\n') + 1);
        Files.writeString(file, rest);
        AuditReport report = new LogAudit(null, null).filteredExport(file);
        assertEquals(Optional.empty(), report.broken());
        assertEquals(audit().entries() - 1, report.proven());
        Files.writeString(file, rest.replace("\"priority\":5", "\"priority\":6"));
        assertTrue(new LogAudit(null, null).filteredExport(file).broken().isPresent());
    }

    private String exported(LogFilter filter) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LogExport(data, filter).to(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static LogFilter everything() {
        return new LogFilter(null, null, Set.of(), Set.of());
    }

    /** Opens the queue, runs a job for each text, closes it; how many entries the log has then. */
    private long work(String... texts) {
        JobQueue queue = queues.open(data).queue();
        for (String text : texts) {
            Queues.run(queue, text, "An answer");
        }
        queue.close();
        return Maintenance.check(data).entries();
    }

    private AuditReport audit() {
        return new LogAudit(null, null).directory(data);
    }

    private VerifierKey key() {
        return new Checkpoints(data).key().orElseThrow();
    }

    private Path kept(String name) throws IOException {
        return Files.writeString(
                home.resolve(name), new Checkpoints(data).newest().orElseThrow());
    }

    /** Makes the journal what it was. */
    private void putBack(Path copy) throws IOException {
        BackupDirectory.deleteTree(data.resolve("journal"));
        Files.move(copy, data.resolve("journal"));
    }

    private Path copyOfJournal() throws IOException {
        Path copy = Files.createDirectory(home.resolve("copy"));
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            for (Path file : all.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
