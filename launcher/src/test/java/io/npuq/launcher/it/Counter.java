package io.npuq.launcher.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A file that stands for the NPU's busy counter. It only grows while it is told to. */
final class Counter implements AutoCloseable {
    /** Where it begins, and by what it grows: a reading that is no such sum was not taken from it. */
    static final long FIRST_US = 1_000_003;

    static final long STEP_US = 7;
    private static final long EVERY_MS = 2;

    private final ScheduledExecutorService device = Executors.newSingleThreadScheduledExecutor();
    private final Path file;
    private long busyUs = FIRST_US;

    Counter(Path file) {
        this.file = file;
        write();
    }

    Path file() {
        return file;
    }

    /** Grows from now on, until {@link #close}. */
    void grow() {
        ScheduledFuture<?> unused = device.scheduleAtFixedRate(this::step, 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** Grows by so much, at once. */
    synchronized void grow(long micros) {
        busyUs += micros;
        write();
    }

    /** What it says now. */
    synchronized long busyUs() {
        return busyUs;
    }

    /** Ends the growth. */
    @Override
    public void close() throws InterruptedException {
        device.shutdown();
        if (!device.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the counter does not stop");
        }
    }

    private synchronized void step() {
        grow(STEP_US);
    }

    /** In one move, as a driver's file changes: nobody reads half a number. */
    private void write() {
        try {
            Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), busyUs + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
