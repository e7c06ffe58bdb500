package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.CheckpointLog;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.DirectorySync;
import io.npuq.scheduler.journal.Extent;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.StoredTexts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * What an operator does to files that no npuq serves. A data directory's lock is taken meanwhile. What cannot be done leaves as
 * {@link QueueUnavailableException}, whose message says where, what, and what to do.
 */
public final class Maintenance {
    private Maintenance() {}

    private interface Work<T> {
        T on(DataDirectory directory) throws IOException;
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads the whole journal, compares all that it says of itself, and the index with it; changes nothing. */
    public static JournalReport check(Path data) {
        return on(data, directory -> {
            try (IndexCheck index = IndexCheck.of(directory.path())) {
                return JournalCheck.check(directory.journal(), index).report();
            } catch (RuntimeException e) {
                if (!IndexFile.isFailure(e)) {
                    throw e;
                }
                throw new QueueUnavailableException(
                        e.getMessage() + " (in " + directory.path()
                                + "). The journal is the truth: \"npuq journal rebuild-index\" builds the index again",
                        e);
            }
        });
    }

    /**
     * Builds the index again from the journal, and erases once more what the journal says is to be erased.
     *
     * @return how many entries it took over
     */
    public static long rebuildIndex(Path data) {
        return on(data, Maintenance::rebuildIndex);
    }

    /** Copies what the data directory holds to a new or empty directory, as a backup. */
    public static JournalReport backUp(Path data, Path target, Clock clock) {
        return on(data, directory -> {
            directory.refuseMoved();
            Extent extent =
                    JournalCheck.check(directory.journal(), IndexCheck.none()).extent();
            return new BackupDirectory(target).copy(directory.path(), extent, clock.instant());
        });
    }

    /**
     * Writes a backup that a queue sends ({@link io.npuq.scheduler.Backup}) to a new or empty directory. When it breaks off, or is not
     * what its manifest says, nothing is left.
     */
    public static JournalReport receiveBackup(InputStream archive, Path target) {
        return reading(target, () -> {
            try {
                return new BackupDirectory(target).receive(archive);
            } catch (IOException e) {
                throw new QueueUnavailableException(
                        "the backup to " + target + " broke off ("
                                + e.getClass().getSimpleName() + " " + e.getMessage()
                                + "); nothing is left of it, take it again",
                        e);
            }
        });
    }

    /** Makes a backup, checked as a whole before, the queue of a directory that holds none. */
    public static JournalReport restore(Path backup, Path data) {
        return reading(data, () -> {
            BackupDirectory from = new BackupDirectory(backup);
            JournalReport report = from.check();
            try (DataDirectory directory = DataDirectory.open(data)) {
                restore(from, directory);
            }
            return report;
        });
    }

    /** Makes a new key for the request log's checkpoints; the old one signs that it takes its place. */
    public static VerifierKey rotateKey(Path data, Clock clock) {
        return on(
                data,
                directory -> new CheckpointLog(
                                directory.path(), () -> clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .rotate());
    }

    private static void restore(BackupDirectory backup, DataDirectory directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.journal())) {
            boolean signs = Files.exists(new AuditFiles(directory.path()).key());
            boolean keepsFiles = !BesideFile.list(directory.path()).isEmpty();
            if (IndexFile.exists(directory.path())
                    || signs
                    || keepsFiles
                    || files.findAny().isPresent()) {
                throw new QueueUnavailableException(
                        directory.path() + " holds a queue already; name an empty data directory with --data");
            }
        }
        long bytes = backup.bytes();
        if (directory.freeBytes() < bytes + DataDirectory.FREE_BYTES_MIN) {
            throw new QueueUnavailableException("the disk of " + directory.path() + " has "
                    + directory.freeBytes() + " bytes free; the backup takes " + bytes + ", and npuq wants "
                    + DataDirectory.FREE_BYTES_MIN + " besides");
        }
        for (String part : BackupDirectory.PARTS) {
            copyUnfinished(backup, part, directory);
        }
        for (String part : BackupDirectory.PARTS) {
            Path there = directory.path().resolve(part);
            BackupDirectory.deleteTree(there);
            Files.move(unfinished(part, directory), there, StandardCopyOption.ATOMIC_MOVE);
        }
        DirectorySync.force(directory.path(), ChannelOpener.REAL);
    }

    private static void copyUnfinished(BackupDirectory backup, String part, DataDirectory directory)
            throws IOException {
        Path unfinished = unfinished(part, directory);
        BackupDirectory.deleteTree(unfinished);
        backup.copy(part, unfinished);
    }

    private static Path unfinished(String part, DataDirectory directory) {
        return directory.path().resolve(part + ".restoring");
    }

    private static long rebuildIndex(DataDirectory directory) throws IOException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        IndexFile.discard(directory.path());
        IndexFile index = IndexFile.open(directory.path(), failure::set);
        try (StoredTexts texts = new StoredTexts(directory.journal(), ChannelOpener.REAL)) {
            JournalReader.read(directory.journal(), new Replay(index.index(), texts));
            index.close();
            return index.index().appliedSeq();
        } catch (IOException | RuntimeException e) {
            index.abandon();
            Throwable inBackground = failure.get();
            if (inBackground != null) {
                e.addSuppressed(inBackground);
            }
            throw e;
        }
    }

    private static <T> T on(Path data, Work<T> work) {
        return reading(data, () -> {
            try (DataDirectory directory = DataDirectory.existing(data)) {
                return work.on(directory);
            }
        });
    }

    private static <T> T reading(Path where, Reading<T> work) {
        try {
            return work.read();
        } catch (RuntimeException e) {
            if (!(e instanceof JournalDamagedException) && !IndexFile.isFailure(e)) {
                throw e;
            }
            throw new QueueUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    where + ": " + e.getClass().getSimpleName() + " " + e.getMessage() + "; nothing was finished", e);
        }
    }
}
