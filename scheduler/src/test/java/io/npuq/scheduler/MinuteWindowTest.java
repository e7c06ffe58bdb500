package io.npuq.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class MinuteWindowTest {
    private static final long START = -7;

    private final MinuteWindow window = new MinuteWindow();

    @Test
    void nothingWasBeforeTheFirst() {
        assertEquals(0, window.secondsUntilBelow(START, 1));
    }

    @Test
    void whatHappenedCountsForAMinute() {
        window.add(START, 3);

        assertEquals(0, window.secondsUntilBelow(START, 4));
        assertEquals(60, window.secondsUntilBelow(START, 3));
        assertEquals(1, window.secondsUntilBelow(START + 59, 3));
        assertEquals(0, window.secondsUntilBelow(START + 60, 3));
    }

    @Test
    void theWaitIsUntilEnoughOfTheOldestIsForgotten() {
        window.add(START, 5);
        window.add(START + 20, 5);
        window.add(START + 40, 5);

        assertEquals(20, window.secondsUntilBelow(START + 40, 11));
        assertEquals(40, window.secondsUntilBelow(START + 40, 6));
        assertEquals(60, window.secondsUntilBelow(START + 40, 1));
        assertEquals(0, window.secondsUntilBelow(START + 60, 11));
    }

    @Test
    void aLongSilenceForgetsAll() {
        window.add(START, 100);

        assertEquals(0, window.secondsUntilBelow(START + 1_000_000, 1));
    }

    @Test
    void timeThatGoesBackCountsAsTheLatestSecond() {
        window.add(START + 10, 1);
        window.add(START, 1);

        assertEquals(1, window.secondsUntilBelow(START + 69, 2));
        assertEquals(0, window.secondsUntilBelow(START + 70, 2));
    }
}
