package io.npuq.scheduler.reliability;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bits flipped, blocks zeroed and files cut, at random places in files that were closed in order. */
final class DamageTest {
    private static final int SEEDS = 40;

    private long stopped;
    private long rebuilt;
    private long failed;

    @Test
    void damagedJournalStopsTheStartAndSaysSo() throws Exception {
        new Tally("damage-log", "bit flipped, block zeroed, or cut: log", SEEDS)
                .check(seed -> play(seed, DamagedQueue.File.LOG), () -> stopped + " starts stopped");
    }

    @Test
    void damagedTextIsNeverServed() throws Exception {
        new Tally("damage-body", "the same: texts", SEEDS)
                .check(
                        seed -> play(seed, DamagedQueue.File.BODY),
                        () -> stopped + " starts stopped, " + failed + " jobs or answers refused");
    }

    @Test
    void damagedIndexIsBuiltAgain() throws Exception {
        new Tally("damage-index", "the same: index", SEEDS)
                .check(seed -> play(seed, DamagedQueue.File.INDEX), () -> rebuilt + " rebuilt");
    }

    private List<String> play(long seed, DamagedQueue.File file) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            DamagedQueue run = new DamagedQueue(seed, scratch, file);
            List<String> failures = run.play();
            stopped += run.stopped();
            rebuilt += run.rebuilt();
            failed += run.refused();
            return failures;
        }
    }
}
