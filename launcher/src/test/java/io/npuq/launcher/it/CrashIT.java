package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server again and again while clients submit, cancel and look, always on the same data directory, and then asks whether the
 * promise was kept. {@code -Dnpuq.crash.cycles=50} kills more often, {@code -Dnpuq.crash.seed=…} plays the same dice again.
 */
final class CrashIT {
    private static final int CYCLES = Integer.getInteger("npuq.crash.cycles", 10);
    private static final long SEED = Long.getLong("npuq.crash.seed", System.nanoTime());
    private static final int CLIENTS = 3;

    /** Of so many kills one falls into the start, when what was running is recovered. */
    private static final int START_KILLS_EVERY = 4;

    private static final int ACKNOWLEDGED_BEFORE_KILL_MAX = 150;
    private static final long KILL_DELAY_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(30);

    /** A client that gives up notifies nobody. */
    private static final long LOOK_AGAIN_MS = 500;

    private final Random dice = new Random(SEED);
    private final List<LoadClient> clients = Stream.generate(() -> new LoadClient(dice.nextLong()))
            .limit(CLIENTS)
            .toList();
    private long startNanosMax;
    private int startsKilled;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    @Test
    void killedAgainAndAgainItLosesNothingAndEndsNothingTwice() throws Exception {
        System.out.printf("crash cycles  %d, seed %d, in %s%n", CYCLES, SEED, home);
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
                "crash cycles  %d (%d of them in the start)%nseed          %d%nacknowledged  %d%nlost          %d%n"
                        + "double        %d%nrecovered     %d%nin doubt      %d (taken, not answered)%nentries       %d%n",
                CYCLES,
                startsKilled,
                SEED,
                acknowledged.size(),
                lost.size(),
                journal.doubled(),
                journal.recovered(),
                journal.submittedJobs() - acknowledged.size(),
                journal.entries());
        assertAll(
                "seed " + SEED,
                () -> assertEquals(List.of(), lost, "acknowledged jobs without an end"),
                () -> assertEquals(0, journal.doubled(), "jobs that ended twice"),
                () -> assertEquals(List.of(), violations),
                () -> assertEquals(journal.submittedJobs(), journal.ended(), "every job ends, also one in doubt"),
                () -> assertTrue(journal.recovered() > 0, "no kill met a running job"));
    }

    private ServerProcess start() {
        return Npuq.in(home).startServe("--device", "BUILTIN");
    }

    private void killUnderLoad() throws InterruptedException {
        long began = System.nanoTime();
        try (ServerProcess server = start()) {
            server.awaitServing();
            startNanosMax = Math.max(startNanosMax, System.nanoTime() - began);
            AtomicInteger acknowledged = new AtomicInteger();
            List<Thread> threads = clients.stream()
                    .map(client -> new Thread(() -> client.workUntilGone(server.client(), acknowledged)))
                    .toList();
            threads.forEach(Thread::start);
            awaitAtLeast(acknowledged, 1 + dice.nextInt(ACKNOWLEDGED_BEFORE_KILL_MAX), threads);
            LockSupport.parkNanos(dice.nextLong(KILL_DELAY_NANOS_MAX));
            server.kill();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** Somewhere between the start of the JVM and the first answers: opening, replay and recovery all lie there. */
    private void killWhileStarting() {
        startsKilled++;
        try (ServerProcess server = start()) {
            LockSupport.parkNanos(startNanosMax / 4 + dice.nextLong(startNanosMax));
            server.kill();
        }
    }

    /** Or until every client gave up, which its ledger explains. */
    private static void awaitAtLeast(AtomicInteger count, int wanted, List<Thread> counting)
            throws InterruptedException {
        synchronized (count) {
            while (count.get() < wanted && counting.stream().anyMatch(Thread::isAlive)) {
                count.wait(LOOK_AGAIN_MS);
            }
        }
    }

    /** Lets the last server run everything to its end, and shows each client its jobs once more. */
    private void finishAll() throws IOException {
        try (ServerProcess server = start()) {
            Client asking = server.awaitServing().client();
            for (LoadClient client : clients) {
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
