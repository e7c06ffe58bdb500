package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running npuq. Tests wait for what it says; past a limit that no sound machine needs they give up, and show all that it said. */
final class ServerProcess implements AutoCloseable {
    /** A machine with everything else to do as well still gets there. */
    private static final long LIMIT_S = 120;

    private static final Pattern SERVING = Pattern.compile("npuq is serving at (https?://\\S+)");

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder standardOutput = new StringBuilder();
    private final CountDownLatch drained = new CountDownLatch(2);

    ServerProcess(Process process) {
        this.process = process;
        read("stderr", process.getErrorStream(), this::heard);
        read("stdout", process.getInputStream(), line -> {
            synchronized (lines) {
                standardOutput.append(line).append('\n');
            }
        });
    }

    /** Waits until it serves. */
    ServerProcess awaitServing() {
        awaitLine("npuq is serving at ");
        return this;
    }

    /** Waits until standard error has a line that contains this; answers the first. */
    String awaitLine(String part) {
        return await(line -> line.contains(part), "a line with \"" + part + "\"");
    }

    /** A client of it. */
    Client client() {
        return new Client(url());
    }

    /** Where it serves. */
    String url() {
        Matcher serving = SERVING.matcher(errors());
        assertTrue(serving.find(), () -> "it does not serve; it said:\n" + errors());
        return serving.group(1);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The process of its engine, which must run. */
    Child engine() {
        List<ProcessHandle> engines =
                process.children().filter(ProcessHandle::isAlive).toList();
        assertEquals(1, engines.size(), () -> "engines; it said:\n" + errors());
        return new Child(engines.get(0));
    }

    /** The process of the engine that was started with this argument. */
    Child engine(String argument) {
        return new Child(process.children()
                .filter(engine -> hasArgument(engine.pid(), argument))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no engine with " + argument + "; it said:\n" + errors())));
    }

    private static boolean hasArgument(long pid, String argument) {
        try {
            // A process handle shows no more than the first 4,096 characters, and class paths are long.
            return List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                            .split("\0", -1))
                    .contains(argument);
        } catch (IOException e) {
            return false; // It ended meanwhile.
        }
    }

    /** All that it said on standard error so far. */
    String errors() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** All that it said on standard output; call it after {@link #exitCode}. */
    String output() {
        synchronized (lines) {
            return standardOutput.toString();
        }
    }

    /** Asks it to stop, as a service manager does. Through its handle: {@link Process} would close its output as well. */
    ServerProcess terminate() {
        process.toHandle().destroy();
        return this;
    }

    /** Kills it at once, then its engine. */
    void kill() {
        List<ProcessHandle> engines = process.descendants().toList();
        process.toHandle().destroyForcibly();
        engines.forEach(ProcessHandle::destroyForcibly);
        exitCode();
        engines.forEach(engine -> engine.onExit().join());
    }

    /** Waits for its end and the end of its output. */
    int exitCode() {
        try {
            assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), () -> "it does not end; it said:\n" + errors());
            assertTrue(drained.await(LIMIT_S, TimeUnit.SECONDS), "its output does not end");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }

    private String await(Predicate<String> wanted, String what) {
        return find(wanted)
                .orElseThrow(() -> new AssertionError("no " + what + "; " + condition() + "; it said:\n" + errors()));
    }

    /** Empty when it ends without such a line, or the limit passes. */
    private Optional<String> find(Predicate<String> wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        int next = 0;
        synchronized (lines) {
            while (true) {
                boolean over = drained.getCount() == 0 || System.nanoTime() >= end;
                while (next < lines.size()) {
                    String line = lines.get(next++);
                    if (wanted.test(line)) {
                        return Optional.of(line);
                    }
                }
                if (over) {
                    return Optional.empty();
                }
                waitForMore(end - System.nanoTime());
            }
        }
    }

    /** Whether it has ended, and how; one that hangs is asked for its threads. */
    private String condition() {
        if (drained.getCount() == 0) {
            return "it ended with " + exitCode();
        }
        new Child(process.toHandle()).printThreads();
        process.toHandle().destroy();
        return "it lives, and when asked to stop it ends with " + exitCode() + "; its threads:\n" + output();
    }

    private void waitForMore(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(lines, nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void heard(String line) {
        synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
        }
    }

    private void read(String name, InputStream stream, java.util.function.Consumer<String> taker) {
        Thread thread = new Thread(() -> readLines(stream, taker), name + "-" + process.pid());
        thread.setDaemon(true);
        thread.start();
    }

    private void readLines(InputStream stream, java.util.function.Consumer<String> taker) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                taker.accept(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            drained.countDown();
            synchronized (lines) {
                lines.notifyAll();
            }
        }
    }
}
