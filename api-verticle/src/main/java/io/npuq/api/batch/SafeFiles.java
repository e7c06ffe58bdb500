package io.npuq.api.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Changes to files that are there whole after a crash, or not at all. Blocks. */
final class SafeFiles {
    /** Ends the name of a file that is being written. */
    static final String NEW = ".new";

    private static final int ERASED_AT_ONCE_BYTES = 1 << 20;

    private SafeFiles() {}

    /** Writes the file, in the place of one that is there. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + NEW);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            writeAll(channel, ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        move(unfinished, file);
    }

    /** Renames a file whose bytes are on disk. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncNames(to);
    }

    /** Overwrites the file's bytes, then deletes it; does nothing where there is none. */
    static void erase(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(ERASED_AT_ONCE_BYTES);
            long size = channel.size();
            while (channel.position() < size) {
                zeros.clear().limit((int) Math.min(ERASED_AT_ONCE_BYTES, size - channel.position()));
                writeAll(channel, zeros);
            }
            channel.force(true);
        } catch (NoSuchFileException e) {
            return;
        }
        Files.delete(file);
        syncNames(file);
    }

    static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The files of a directory. */
    static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** A new name is there after a power loss only once its directory is on disk. */
    private static void syncNames(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent(), "a file in a directory");
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows opens no directory as a file, and keeps names safe by its own journal.
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }
}
