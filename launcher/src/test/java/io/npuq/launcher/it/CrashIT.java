package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server again and again while clients submit, cancel, retry and look, always on the same data directory, and then asks whether
 * the promise was kept. {@code -Dnpuq.reliability.crash.cycles=1000} kills more often, {@code -Dnpuq.reliability.crash.seed=…} plays the
 * same dice again.
 */
final class CrashIT {
    private static final String PREFIX = "npuq.reliability.crash.";
    private static final int CYCLES = Integer.getInteger(PREFIX + "cycles", 30);
    private static final long SEED = Long.getLong(PREFIX + "seed", System.nanoTime());
    private static final int CLIENTS = 3;

    /** Of so many kills one falls into the start, when what was running is recovered. */
    private static final int START_KILLS_EVERY = 4;

    private static final long LOAD_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOAD_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(600);

    /** A server's first answers load its classes. */
    private static final long COLD_S_MAX = 10;

    /** Small, so that kills meet the turn from one segment to the next. */
    private static final long SEGMENT_BYTES = 512 << 10;

    private final Random dice = new Random(SEED);
    private final List<LoadClient> clients = IntStream.range(0, CLIENTS)
            .mapToObj(i -> new LoadClient("client-" + i, dice.nextLong()))
            .toList();
    private long startNanos;
    private int startsKilled;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    @Test
    void killedAgainAndAgainItLosesNothingAndEndsNothingTwice() throws Exception {
        long began = System.nanoTime();
        System.out.printf("crash cycles  %d, seed %d, in %s%n", CYCLES, SEED, home);
        shareClasses();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            if (cycle % START_KILLS_EVERY == START_KILLS_EVERY - 1) {
                killWhileStarting();
            } else {
                killUnderLoad();
            }
        }
        finishAll();
        JournalWalk journal = JournalWalk.of(home.resolve("data"));
        List<String> acknowledged = clients.stream()
                .flatMap(client -> client.ledger().acknowledged().stream())
                .toList();
        List<String> violations = new ArrayList<>(journal.violations());
        clients.forEach(client -> violations.addAll(client.ledger().violations()));
        List<String> lost =
                acknowledged.stream().filter(id -> !journal.hasEnded(id)).toList();
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of the service | %d cycles (%d in the start) | seed %d | %d acknowledged, %d in doubt, %d recovered,"
                        + " %d entries | lost %d, ended twice %d, doubled for a key %d, other %d | last start %.2f s | %.0f s |%n",
                CYCLES,
                startsKilled,
                SEED,
                acknowledged.size(),
                journal.submittedJobs() - acknowledged.size(),
                journal.recovered(),
                journal.entries(),
                lost.size(),
                journal.doubled(),
                journal.duplicates(),
                violations.size(),
                startNanos / 1e9,
                (System.nanoTime() - began) / 1e9);
        assertAll(
                "seed " + SEED,
                () -> assertEquals(List.of(), lost, "acknowledged jobs without an end"),
                () -> assertEquals(0, journal.doubled(), "jobs that ended twice"),
                () -> assertEquals(0, journal.duplicates(), "keys that made two jobs"),
                () -> assertEquals(List.of(), violations),
                () -> assertEquals(journal.submittedJobs(), journal.ended(), "every job ends, also one in doubt"),
                () -> assertTrue(journal.recovered() > 0, "no kill met a running job"));
    }

    /** Loads the classes once for all: most of a start is that. The data directory is another one. */
    private void shareClasses() throws IOException {
        try (ServerProcess server = quick(home.resolve("warm"))
                .withJvmOption("-XX:ArchiveClassesAtExit=" + classes())
                .startServe("--device", "BUILTIN")) {
            Client client = server.awaitServing().client();
            client.awaitEnd(client.submit(Client.bounded("title", "Maria has to restart the mail server.")));
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
    }

    private ServerProcess start() {
        return quick(home)
                .withJvmOption("-XX:SharedArchiveFile=" + classes())
                .withJvmOption("-Dnpuq.test.segment-bytes=" + SEGMENT_BYTES)
                .startServe("--device", "BUILTIN");
    }

    /** The quick compiler alone: such a server does not live long enough for the other. */
    private static Npuq quick(Path directory) {
        return Npuq.in(directory).withJvmOption("-XX:TieredStopAtLevel=1").withJvmOption("-Xlog:disable");
    }

    private Path classes() {
        return home.resolve("classes.jsa");
    }

    private void killUnderLoad() throws InterruptedException {
        long began = System.nanoTime();
        try (ServerProcess server = start()) {
            Client client = server.awaitServing().client();
            startNanos = System.nanoTime() - began;
            CountDownLatch served = new CountDownLatch(1);
            List<Thread> threads = clients.stream()
                    .map(one -> new Thread(() -> one.workUntilGone(client, served)))
                    .toList();
            threads.forEach(Thread::start);
            // A client that meets a wrong answer stops, and is told of at the end.
            awaitFirst(served);
            LockSupport.parkNanos(dice.nextLong(LOAD_NANOS_MIN, LOAD_NANOS_MAX));
            server.kill();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void awaitFirst(CountDownLatch served) throws InterruptedException {
        if (!served.await(COLD_S_MAX, TimeUnit.SECONDS)) {
            System.out.println("crash cycles  a server had no answer for its clients in " + COLD_S_MAX + " s");
        }
    }

    /** Somewhere between the start of the JVM and the first answers: opening, replay and recovery all lie there. */
    private void killWhileStarting() {
        startsKilled++;
        try (ServerProcess server = start()) {
            LockSupport.parkNanos(startNanos / 4 + dice.nextLong(Math.max(1, startNanos)));
            server.kill();
        }
    }

    /** Lets the last server run everything to its end, and shows each client its jobs once more. */
    private void finishAll() throws IOException {
        try (ServerProcess server = start()) {
            Client asking = server.awaitServing().client();
            for (LoadClient client : clients) {
                client.askAgain(asking);
                for (String id : client.ledger().acknowledged()) {
                    Client.Reply job = asking.get("/v1/jobs/" + id + "?wait_ms=60000");
                    client.ledger().seen(id, job.status(), job.body());
                }
                assertEquals(List.of(), client.ledger().open(), "jobs that did not end");
            }
            awaitEmpty(asking);
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
    }

    /** Jobs in doubt belong to nobody, and must end all the same. */
    private static void awaitEmpty(Client client) throws IOException {
        for (String state : List.of("queued", "running")) {
            for (var page = client.get("/v1/jobs?state=" + state);
                    !page.body().path("data").isEmpty(); ) {
                client.awaitEnd(page.body().path("data").get(0).path("id").asText());
                page = client.get("/v1/jobs?state=" + state);
            }
        }
    }
}
