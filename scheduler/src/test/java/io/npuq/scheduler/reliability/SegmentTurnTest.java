package io.npuq.scheduler.reliability;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same as {@link PowerLossTest} at the turn of segments, with the journal alone: the queue's segments are too large for that. */
final class SegmentTurnTest {
    private long turns;

    @Test
    void turnOfASegmentLosesNothing() throws Exception {
        new Tally("segment", "power lost, disk full or failing around the turn of segments", 150)
                .check(this::play, () -> turns + " segments");
    }

    private List<String> play(long seed) throws IOException {
        try (Scratch scratch = new Scratch()) {
            SegmentTurn run = new SegmentTurn(seed, scratch);
            List<String> failures = run.play();
            turns += run.segments();
            return failures;
        }
    }
}
