package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One set-up, or one pull of a model, at a time on this machine. The system frees the lock when its process ends, however it ends. */
public final class SetupLock {
    /** A file lock is held by a whole JVM, so its threads need one more, for each file. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    /** The locked byte lies behind the text, which stays readable on Windows too. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int OWNER_BYTES_MAX = 20;

    private final FileChannel channel;
    private final ReentrantLock threads;

    private SetupLock(FileChannel channel, ReentrantLock threads) {
        this.channel = channel;
        this.threads = threads;
    }

    /**
     * Waits for whoever holds it now, and says so. An interrupt ends the wait. The same thread must close it.
     *
     * @param doing what its holders do, such as {@code setting up npuq}
     * @throws SetupException when the file cannot be locked, or the wait was interrupted
     */
    public static SetupLock acquire(Path file, String doing, Consumer<String> progress) throws SetupException {
        ReentrantLock threads = THREADS.computeIfAbsent(file, unused -> new ReentrantLock());
        if (!threads.tryLock()) {
            progress.accept("waiting: another thread of this process is " + doing);
            await(threads, file);
        }
        try {
            return new SetupLock(lock(file, doing, progress), threads);
        } catch (IOException e) {
            threads.unlock();
            throw SetupException.of("lock " + file, e);
        }
    }

    private static void await(ReentrantLock threads, Path file) throws SetupException {
        try {
            threads.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SetupException.of("lock " + file, new IOException("interrupted", e));
        }
    }

    private static FileChannel lock(Path file, String doing, Consumer<String> progress) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                progress.accept("waiting: process " + owner(channel) + " is " + doing + " in " + file.getParent());
                lock = channel.lock(LOCKED_BYTE, 1, false);
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(OWNER_BYTES_MAX);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    }

    /** Lets the next one have it. */
    public void close() throws SetupException {
        try {
            channel.close();
        } catch (IOException e) {
            throw SetupException.of("free the lock of the set-up", e);
        } finally {
            threads.unlock();
        }
    }
}
