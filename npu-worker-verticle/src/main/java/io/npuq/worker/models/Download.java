package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One file, on its way into a partial directory. What a break or an earlier process left of it is taken over, and only the rest is asked
 * for; the hash at the end is over all of it, so a part that went bad shows.
 */
final class Download {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final long TOLD_EVERY_BYTES = 1 << 20;

    private final Hub hub;
    private final RemoteFile file;
    private final Path path;
    private final Retries retries;
    private final ScheduledExecutorService watch;
    private final LongConsumer completed;
    private Hashes hashes;
    private long have;
    private volatile boolean stopped;
    private volatile Hub.@Nullable Part open;

    /**
     * Prepares for a file.
     *
     * @param watch runs what ends a transfer that stands still
     * @param completed told how many bytes are there
     */
    Download(
            Hub hub,
            RemoteFile file,
            Path dir,
            Retries retries,
            ScheduledExecutorService watch,
            LongConsumer completed) {
        this.hub = hub;
        this.file = file;
        this.path = file.in(dir);
        this.retries = retries;
        this.watch = watch;
        this.completed = completed;
        this.hashes = new Hashes(file);
    }

    /**
     * Fetches and checks it.
     *
     * @return its SHA-256
     * @throws ModelException when it cannot be had; {@code DAMAGED} when it is not what the hub's list says: then it is deleted
     */
    String run() throws ModelException, InterruptedException {
        try {
            boolean resumed = takeOver();
            Hashes.Result result = fetch();
            if (!result.expected() && resumed) {
                startOver();
                result = fetch();
            }
            if (!result.expected()) {
                Files.deleteIfExists(path);
                throw new ModelException(
                        Reason.DAMAGED,
                        "what came as " + file.path() + " of " + file.repository() + " is not what the hub promised ("
                                + file.hash().text() + "); it was deleted. Pull again, and if that does not help, tell"
                                + " the repository's owner");
            }
            return result.sha256();
        } catch (IOException e) {
            throw Pull.disk("write " + path, e);
        }
    }

    /** From any thread. An interrupt alone does not end a read from the hub on every Java. */
    void stop() {
        stopped = true;
        close(open);
    }

    private boolean takeOver() throws IOException {
        Files.createDirectories(path.getParent());
        if (!Files.exists(path)) {
            Files.createFile(path);
        }
        if (Files.size(path) > file.bytes()) {
            startOver();
        } else {
            have = hashes.take(path);
        }
        completed.accept(have);
        return have > 0;
    }

    private void startOver() throws IOException {
        Files.write(path, new byte[0]);
        hashes = new Hashes(file);
        have = 0;
    }

    /** Until all is there; trouble with the network is tried again, trouble with the disk is not. */
    private Hashes.Result fetch() throws ModelException, InterruptedException {
        if (have < file.bytes()) {
            retries.until(() -> {
                transfer();
                return have;
            });
        }
        return hashes.result();
    }

    private void transfer() throws ModelException, IOException, InterruptedException {
        AtomicBoolean moved = new AtomicBoolean();
        long stallMs = hub.settings().stallMax().toMillis();
        try (Hub.Part part = hub.open(file, have)) {
            open = part;
            if (stopped) {
                throw new InterruptedException();
            }
            if (part.from() != have) {
                onDisk(this::startOver);
            }
            if (part.from() != have) {
                throw new IOException("the hub sent another part than it was asked for");
            }
            ScheduledFuture<?> stall = watch.scheduleWithFixedDelay(
                    () -> closeUnless(moved.getAndSet(false), part), stallMs, stallMs, TimeUnit.MILLISECONDS);
            try {
                copy(part, moved);
            } finally {
                stall.cancel(false);
            }
        }
    }

    private void copy(Hub.Part part, AtomicBoolean moved) throws ModelException, IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long told = have;
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.APPEND)) {
            while (have < file.bytes()) {
                int n = part.body().read(buffer, 0, (int) Math.min(buffer.length, file.bytes() - have));
                if (n < 0) {
                    throw new EOFException("the transfer ended before the file's end");
                }
                onDisk(() -> out.write(buffer, 0, n));
                hashes.take(buffer, n);
                have += n;
                moved.set(true);
                retries.progressed();
                if (have - told >= TOLD_EVERY_BYTES || have == file.bytes()) {
                    told = have;
                    completed.accept(have);
                }
            }
        }
    }

    /** Something that is not the network's fault. */
    private interface DiskAction {
        void run() throws IOException;
    }

    private void onDisk(DiskAction action) throws ModelException {
        try {
            action.run();
        } catch (IOException e) {
            throw Pull.disk("write " + path, e);
        }
    }

    private static void closeUnless(boolean moved, Hub.Part part) {
        if (!moved) {
            close(part);
        }
    }

    private static void close(Hub.@Nullable Part part) {
        if (part != null) {
            try {
                part.close();
            } catch (IOException e) {
                // Its reader sees that nothing more comes.
            }
        }
    }
}
