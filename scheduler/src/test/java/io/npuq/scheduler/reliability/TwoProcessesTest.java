package io.npuq.scheduler.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two processes race for one data directory: one serves, the other says why not and ends. */
final class TwoProcessesTest {
    private static final long REFUSAL_SECONDS_MAX = 5;

    private long slowestMs;

    @Test
    void exactlyOneOfTwoProcessesServes() throws Exception {
        new Tally("processes", "two processes, one directory", 3)
                .check(this::race, () -> "slowest refusal " + slowestMs + " ms after the start of both");
    }

    private List<String> race(long seed) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            long began = System.nanoTime();
            Process one = start(scratch.path());
            Process other = start(scratch.path());
            try {
                return judge(one, firstLine(one), other, firstLine(other), began);
            } finally {
                end(one);
                end(other);
            }
        }
    }

    private List<String> judge(Process one, String oneSays, Process other, String otherSays, long began)
            throws InterruptedException {
        boolean oneServes = oneSays.startsWith(QueueProcess.SERVES);
        boolean otherServes = otherSays.startsWith(QueueProcess.SERVES);
        if (oneServes == otherServes) {
            return List.of("one says: " + oneSays + "; the other says: " + otherSays);
        }
        List<String> failures = new ArrayList<>();
        String refusal = oneServes ? otherSays : oneSays;
        if (!refusal.contains("in use by another npuq")) {
            failures.add("the refusal does not say why: " + refusal);
        }
        Process refused = oneServes ? other : one;
        long left = TimeUnit.SECONDS.toNanos(REFUSAL_SECONDS_MAX) - (System.nanoTime() - began);
        if (!refused.waitFor(left, TimeUnit.NANOSECONDS)) {
            failures.add("the refused process still runs after " + REFUSAL_SECONDS_MAX + " s");
        } else if (refused.exitValue() != 1) {
            failures.add("the refused process ended with " + refused.exitValue());
        }
        slowestMs = Math.max(slowestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        return failures;
    }

    private static Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        QueueProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        return line == null ? "nothing" : line;
    }

    private static void end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }
}
