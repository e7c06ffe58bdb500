package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void waitsDoubleUpToTheirBoundAndBeginAnewAfterASuccess() {
        Backoff backoff = new Backoff();
        assertEquals(Duration.ZERO, backoff.delay());
        long expectedMs = 100;
        for (int failures = 1; failures < 20; failures++) {
            backoff.failed();
            assertEquals(Duration.ofMillis(Math.min(expectedMs, 30_000)), backoff.delay());
            expectedMs *= 2;
        }
        backoff.succeeded();
        assertEquals(Duration.ZERO, backoff.delay());
    }
}
