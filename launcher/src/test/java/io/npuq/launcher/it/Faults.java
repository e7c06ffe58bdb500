package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Files by which a test and the engines of its server understand each other, whichever process they are in.
 *
 * @param dir where they lie
 */
record Faults(Path dir) {
    /** While it is there, no engine finds its device: none loads, and none generates. */
    static final String NO_DEVICE = "no-device";
    /** While it is there, no model loads. */
    static final String NO_LOAD = "no-load";

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    static Faults in(Path dir) throws IOException {
        return new Faults(Files.createDirectories(dir));
    }

    boolean has(String name) {
        return Files.exists(dir.resolve(name));
    }

    /** Makes the file; false when it was there: so a fault strikes an attempt, and not the next one. */
    boolean first(String name) {
        try {
            Files.createFile(dir.resolve(name));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) throws IOException {
        Files.delete(dir.resolve(name));
    }

    /** Waits until another process has made the file. */
    void await(String name) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!has(name)) {
            assertTrue(System.nanoTime() < end, name + " does not come");
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
