package io.npuq.scheduler.reliability;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Power is lost at every kind of moment, and every unsynced block and name is kept, lost or torn on its own. */
final class PowerLossTest {
    private long acknowledged;

    @Test
    void whatWasAcknowledgedIsThereAfterEveryPowerLoss() throws Exception {
        Tally tally = new Tally("power", "power lost, or killed, in start, work or close", 100);
        tally.check(this::play, () -> acknowledged + " jobs acknowledged");
    }

    private List<String> play(long seed) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            PowerLoss run = new PowerLoss(seed, scratch, Disk.Honesty.HONEST, queue -> queue);
            List<String> failures = run.play();
            acknowledged += run.acknowledged();
            return failures;
        }
    }
}
