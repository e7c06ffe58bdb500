package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One set-up at a time on this machine. The system frees the lock when its process ends, however it ends. */
final class SetupLock {
    /** A file lock is held by a whole JVM, so its threads need one more. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    /** The locked byte lies behind the text, which stays readable on Windows too. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int OWNER_BYTES_MAX = 20;

    private final FileChannel channel;

    private SetupLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for whoever sets up now, and says so. */
    static SetupLock acquire(Path file, Consumer<String> progress) throws SetupException {
        if (!THREADS.tryLock()) {
            progress.accept("waiting: another thread of this process is setting up npuq");
            THREADS.lock();
        }
        try {
            return new SetupLock(lock(file, progress));
        } catch (IOException e) {
            THREADS.unlock();
            throw SetupException.of("lock " + file, e);
        }
    }

    private static FileChannel lock(Path file, Consumer<String> progress) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                progress.accept("waiting: process " + owner(channel) + " is setting up npuq in " + file.getParent());
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

    void close() throws SetupException {
        try {
            channel.close();
        } catch (IOException e) {
            throw SetupException.of("free the lock of the set-up", e);
        } finally {
            THREADS.unlock();
        }
    }
}
