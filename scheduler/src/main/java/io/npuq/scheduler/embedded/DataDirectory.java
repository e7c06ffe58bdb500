package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory of one queue, held by one process at a time. */
final class DataDirectory implements AutoCloseable {
    /** Below this much free space nothing is accepted: running jobs still need room to end. */
    static final long FREE_BYTES_MIN = 64L << 20;

    /** Where in it the journal is. */
    static final String JOURNAL = Journal.DIRECTORY;

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Takes the directory, and makes it where it is missing. */
    static DataDirectory open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute.resolve(JOURNAL));
            DataDirectory directory = locked(absolute, "stop that one, or name another directory with --data");
            directory.refuseMoved();
            directory.checkSpace();
            return directory;
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    "the data directory " + absolute + " cannot be used: " + reason(e)
                            + "; make it writable for this user, or name another with --data",
                    e);
        }
    }

    /** Takes a directory that holds a queue, which is not changed by that. */
    static DataDirectory existing(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute.resolve(JOURNAL))) {
            throw new QueueUnavailableException(
                    absolute + " holds no queue: it has no directory \"journal\"; name a data directory with --data");
        }
        try {
            return locked(absolute, "stop that one first; only \"npuq backup\" works while it serves, with --url");
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    "the data directory " + absolute + " cannot be used: " + reason(e)
                            + "; make it writable for this user",
                    e);
        }
    }

    /** Whoever would run its jobs here, or take a copy from which they could be run, is refused where they are elsewhere. */
    void refuseMoved() throws IOException {
        Optional<MovedMark> moved = MovedMark.of(path);
        if (moved.isPresent()) {
            lockFile.close();
            throw new QueueUnavailableException(moved.get().refusal(path));
        }
    }

    Path journal() {
        return path.resolve(JOURNAL);
    }

    Path path() {
        return path;
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new QueueUnavailableException("cannot give up the lock on " + path, e);
        }
    }

    private static DataDirectory locked(Path absolute, String whatToDo) throws IOException {
        FileChannel lockFile = FileChannel.open(
                absolute.resolve("npuq.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        DataDirectory directory = new DataDirectory(absolute, lockFile);
        directory.lock(whatToDo);
        return directory;
    }

    private void lock(String whatToDo) throws IOException {
        FileLock lock = tryLock();
        if (lock == null) {
            String holder = Files.readString(path.resolve("npuq.lock")).strip();
            lockFile.close();
            throw new QueueUnavailableException("the data directory " + path + " is in use by another npuq"
                    + (holder.isEmpty() ? "" : " (process " + holder + ")")
                    + "; " + whatToDo);
        }
        lockFile.truncate(0);
        lockFile.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    }

    private @Nullable FileLock tryLock() throws IOException {
        try {
            return lockFile.tryLock(Long.MAX_VALUE - 1, 1, false);
        } catch (OverlappingFileLockException e) {
            // Another queue in this very process holds it.
            return null;
        }
    }

    private void checkSpace() throws IOException {
        long free = freeBytes();
        if (free < FREE_BYTES_MIN) {
            lockFile.close();
            throw new QueueUnavailableException("the disk of the data directory " + path + " has " + (free >> 20)
                    + " MiB free; npuq wants " + (FREE_BYTES_MIN >> 20)
                    + " MiB; free some space, or name another directory with --data");
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
