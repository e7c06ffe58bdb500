package io.npuq.scheduler.simulation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays the queue against its model by seeds. {@code -Dnpuq.reliability.simulation.steps=1000000} plays longer; a seed that fails is
 * played again, first of all, by {@code -Dnpuq.reliability.simulation.seed=…}.
 */
final class SimulationTest {
    private static final String PREFIX = "npuq.reliability.simulation.";
    private static final int STEPS = Integer.getInteger(PREFIX + "steps", 20_000);
    private static final long FIRST_SEED = Long.getLong(PREFIX + "seed", 1);

    /** A queue's journal grows with its steps, and after every crash it is read from the start: so queues are many, and short. */
    private static final int STEPS_OF_A_SEED = 4_000;

    @TempDir
    private Path directory;

    @Test
    void queueShowsWhatItsModelShowsAtEveryStep() throws Exception {
        long began = System.nanoTime();
        long seed = FIRST_SEED;
        int jobs = 0;
        int begunAhead = 0;
        int deaths = 0;
        int closes = 0;
        for (int played = 0; played < STEPS; played += STEPS_OF_A_SEED) {
            Simulation simulation = play(seed++, Math.min(STEPS_OF_A_SEED, STEPS - played));
            jobs += simulation.jobs();
            begunAhead += simulation.begunAhead();
            deaths += simulation.deaths();
            closes += simulation.closes();
        }
        String line = String.format(
                Locale.ROOT,
                "| queue against its model | %d steps, seeds %d to %d | %d jobs, %d of them begun ahead, %d crashes, %d closes | 0 | %.1f s |%n",
                STEPS,
                FIRST_SEED,
                seed - 1,
                jobs,
                begunAhead,
                deaths,
                closes,
                (System.nanoTime() - began) / 1e9);
        Files.writeString(
                Files.createDirectories(Path.of("target", "reliability")).resolve("simulation.md"), line);
        System.out.print(line);
    }

    private Simulation play(long seed, int steps) {
        try {
            Simulation simulation = new Simulation(seed, directory.resolve("seed-" + seed));
            simulation.play(steps);
            return simulation;
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " fails; play it again, first of all, with -D" + PREFIX + "seed=" + seed, e);
        }
    }
}
