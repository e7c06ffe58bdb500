package io.npuq.launcher.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class BatchMeterTest {
    private long nanos;

    @Test
    void showsRateAndTimeLeftOfWhatThisRunWorkedOn() {
        BatchMeter meter = new BatchMeter(() -> nanos, OptionalLong.of(200));
        meter.take(new Tally(0, 0, 100, 0));
        assertEquals("100 of 200 documents", meter.line());
        assertEquals(50, meter.percent());
        nanos += Duration.ofSeconds(40).toNanos();
        meter.take(new Tally(9, 1, 100, 0));
        assertEquals("110 of 200 documents, 1 failed  0.25/s  6m0s left", meter.line());
    }

    @Test
    void whereNobodyKnowsHowManyThereAreThereIsARateAlone() {
        BatchMeter meter = new BatchMeter(() -> nanos, OptionalLong.empty());
        nanos += Duration.ofSeconds(1).toNanos();
        meter.take(new Tally(2, 0, 0, 0));
        assertEquals("2 documents  2.00/s", meter.line());
        assertEquals(0, meter.percent());
    }

    @Test
    void withoutATerminalALineIsSaidNowAndThen() {
        List<String> said = new ArrayList<>();
        Progress lines = new BatchLines(said::add, () -> nanos, OptionalLong.of(3));
        lines.moved(new Tally(1, 0, 0, 0));
        assertEquals(List.of(), said);
        nanos += Duration.ofSeconds(15).toNanos();
        lines.moved(new Tally(2, 0, 0, 0));
        assertEquals(List.of("2 of 3 documents  0.13/s  0m7s left"), said);
    }
}
