package io.npuq.worker.setup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How a child process ended.
 *
 * @param exit its exit code; after the limit, that of a killed process
 * @param timedOut it was ended because it passed its limit
 */
record Child(int exit, boolean timedOut) {
    /**
     * Runs a command to its end.
     *
     * @param environment the whole environment of the child
     * @param limit after which it is ended, with what it started
     * @param lines takes its output, errors too, a line at a time
     * @throws IOException when it cannot be started
     */
    static Child run(List<String> command, Map<String, String> environment, Duration limit, Consumer<String> lines)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        AtomicBoolean timedOut = new AtomicBoolean();
        Thread watch = watch(process, limit, timedOut);
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(lines);
            return new Child(process.waitFor(), timedOut.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), e);
        } finally {
            kill(process);
            watch.interrupt();
        }
    }

    /** A thread of its own: the common pool may have but one, and the caller may be on it. */
    private static Thread watch(Process process, Duration limit, AtomicBoolean timedOut) {
        Thread watch = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                            timedOut.set(true);
                            kill(process);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // the child has ended
                    }
                },
                "npuq-setup-watch");
        watch.setDaemon(true);
        watch.start();
        return watch;
    }

    private static void kill(Process process) {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
    }
}
