package io.npuq.scheduler.postgres;

import io.npuq.scheduler.QueueUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/** Who this host is, whatever it is called: a number drawn once, kept in its data directory, and held by one process at a time. */
final class HostFile implements AutoCloseable {
    private static final int BYTES_MAX = 64;

    private final FileChannel file;
    private final UUID key;

    private HostFile(FileChannel file, UUID key) {
        this.file = file;
        this.key = key;
    }

    /**
     * Holds that of the data directory, and makes it where there is none.
     *
     * @throws QueueUnavailableException naming the file, what is wrong and what to do
     */
    static HostFile hold(Path dataDir) {
        Path path = dataDir.toAbsolutePath().normalize().resolve("store-host");
        try {
            Files.createDirectories(dataDir);
            FileChannel file = FileChannel.open(
                    path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            try {
                if (!isLocked(file)) {
                    throw new QueueUnavailableException("another npuq uses " + dataDir
                            + "; stop it, or give this one a directory of its own with --data");
                }
                return new HostFile(file, keyOf(file, path));
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new QueueUnavailableException(path + " cannot be used: " + e.getMessage(), e);
        }
    }

    UUID key() {
        return key;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static UUID keyOf(FileChannel file, Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);
        int read = file.read(bytes, 0);
        if (read <= 0) {
            UUID made = UUID.randomUUID();
            int unused = file.write(ByteBuffer.wrap((made + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            file.force(true);
            return made;
        }
        String text = new String(bytes.array(), 0, read, StandardCharsets.US_ASCII).strip();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new QueueUnavailableException(
                    path + " does not hold the number of a host; remove it, and this host takes part as a new one", e);
        }
    }
}
