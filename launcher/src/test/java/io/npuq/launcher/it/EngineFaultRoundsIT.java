package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Round after round something goes wrong with the engine, by dice, while clients submit, look and cancel; then the journal is asked
 * whether the promise was kept. {@code -Dnpuq.reliability.engine.rounds=200} plays more, {@code -Dnpuq.reliability.engine.seed=…} the same
 * dice again.
 */
final class EngineFaultRoundsIT {
    private static final String PREFIX = "npuq.reliability.engine.";
    private static final int ROUNDS = Integer.getInteger(PREFIX + "rounds", 10);
    private static final long SEED = Long.getLong(PREFIX + "seed", System.nanoTime());
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final int CLIENTS = 3;
    private static final String TEXT = "The camera feed in the lab is back. ";

    private final Random dice = new Random(SEED);
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    private long slowestNanos;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path home;

    @Test
    void whateverHappensToItsEngineTheServerLosesNothingAndEndsNothingTwice() throws Exception {
        long began = System.nanoTime();
        System.out.printf("engine faults  %d rounds, seed %d, in %s%n", ROUNDS, SEED, home);
        List<EngineLoad> load;
        Path data;
        try (FaultyNpuq npuq = FaultyNpuq.start(home, TinyModel.below(home), Map.of("--inference-timeout", "4s"))) {
            data = npuq.data();
            load = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> new EngineLoad(npuq.client(), dice.nextLong()))
                    .toList();
            List<Thread> threads = load.stream().map(Thread::new).toList();
            threads.forEach(Thread::start);
            for (int round = 0; round < ROUNDS; round++) {
                play(npuq, FAULTS.get(dice.nextInt(FAULTS.size())), round);
            }
            load.forEach(EngineLoad::stop);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        judge(JournalWalk.of(data), load, began);
    }

    /** A job is struck in its first attempt and ends as it should; then the engine is well again. */
    private void play(FaultyNpuq npuq, Fault fault, int round) throws IOException {
        Client client = npuq.client();
        String word = fault.word(round);
        String id = client.submit(Client.bounded("title", TEXT + word).put("priority", 0));
        npuq.faults().await(word.substring(1));
        long begins = System.nanoTime();
        fault.strike(npuq, id, () -> client.post("/v1/jobs/" + id + "/cancel").expect(200));
        fault.mend(npuq);
        JsonNode job = client.awaitEnd(id);
        assertTrue(fault.mayEnd(job), () -> fault + " " + job);
        npuq.awaitHealth("healthy");
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - begins);
        struck.merge(fault, 1, Integer::sum);
    }

    private void judge(JournalWalk journal, List<EngineLoad> load, long began) {
        List<String> acknowledged = load.stream()
                .flatMap(one -> one.ledger().acknowledged().stream())
                .toList();
        List<String> violations = new ArrayList<>(journal.violations());
        load.forEach(one -> violations.addAll(one.ledger().violations()));
        List<String> lost =
                acknowledged.stream().filter(id -> !journal.hasEnded(id)).toList();
        System.out.printf(
                Locale.ROOT,
                "| engine faults under load | %d rounds, seed %d | %s | %d acknowledged, %d attempts recovered | lost %d, ended"
                        + " twice %d, other %d | slowest round %.1f s | %.0f s |%n",
                ROUNDS,
                SEED,
                struck,
                journal.submittedJobs(),
                journal.recovered(),
                lost.size(),
                journal.doubled(),
                violations.size(),
                slowestNanos / 1e9,
                (System.nanoTime() - began) / 1e9);
        assertAll(
                "seed " + SEED,
                () -> assertEquals(List.of(), lost, "acknowledged jobs without an end"),
                () -> assertEquals(0, journal.doubled(), "jobs that ended twice"),
                () -> assertEquals(List.of(), violations),
                () -> assertEquals(journal.submittedJobs(), journal.ended(), "every job ends"));
    }
}
