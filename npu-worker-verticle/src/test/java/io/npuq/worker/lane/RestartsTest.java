package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.engine.EngineLoss.Cause;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RestartsTest {
    private static final Duration QUARANTINE_MAX = Duration.ofMinutes(2);

    private final AtomicLong tick = new AtomicLong();
    private final Restarts restarts = new Restarts(tick::get, QUARANTINE_MAX);

    @Test
    void waitsAfterFailedLoadsDoubleUpToTheirBoundAndBeginAnewAfterASuccess() {
        long expectedMs = 100;
        for (int failures = 1; failures < 20; failures++) {
            assertEquals(
                    new Restarts.Pause(Duration.ofMillis(Math.min(expectedMs, 30_000)), false), restarts.loadFailed());
            expectedMs *= 2;
        }
        restarts.succeeded();
        assertEquals(Restarts.FIRST, restarts.loadFailed().length());
    }

    @Test
    void aMissingDeviceIsAskedForEverMoreSeldomUntilAnEngineGenerates() {
        for (long expectedS = 5; expectedS < 300; expectedS *= 2) {
            assertEquals(new Restarts.Pause(Duration.ofSeconds(expectedS), false), restarts.deviceMissing());
        }
        assertEquals(Restarts.MISSING_MAX, restarts.deviceMissing().length());
        restarts.succeeded();
        assertEquals(Restarts.MISSING_FIRST, restarts.deviceMissing().length());
    }

    @Test
    void aCrashIsNoQuarantineButThreeWithNothingGeneratedAre() {
        assertEquals(new Restarts.Pause(Restarts.FIRST, false), restarts.lost(Cause.ENDED));
        restarts.succeeded();
        assertFalse(restarts.lost(Cause.ENDED).quarantine());
        assertFalse(restarts.lost(Cause.ENDED).quarantine());
        assertEquals(new Restarts.Pause(Restarts.QUARANTINE_FIRST, true), restarts.lost(Cause.ENDED));
    }

    @ParameterizedTest
    @EnumSource(
            value = Cause.class,
            names = {"HUNG", "MEMORY", "GARBAGE", "DEVICE"})
    void anEngineThatHadToBeEndedPutsItsDeviceInQuarantine(Cause cause) {
        assertEquals(new Restarts.Pause(Restarts.QUARANTINE_FIRST, true), restarts.lost(cause));
    }

    @Test
    void quarantinesGrowAlsoWhenJobsSucceedInBetweenUpToTheirBound() {
        Duration before = restarts.lost(Cause.HUNG).length();
        for (int i = 0; i < 10; i++) {
            restarts.succeeded();
            Duration next = restarts.lost(Cause.HUNG).length();
            assertTrue(next.equals(before.multipliedBy(2)) || next.equals(QUARANTINE_MAX), next::toString);
            before = next;
        }
        assertEquals(QUARANTINE_MAX, before);
    }

    @Test
    void aLongTimeWithoutQuarantineForgetsThem() {
        restarts.lost(Cause.HUNG);
        restarts.lost(Cause.HUNG);
        tick.addAndGet(Restarts.FORGOTTEN_AFTER.toNanos() + 1);
        assertEquals(Restarts.QUARANTINE_FIRST, restarts.lost(Cause.HUNG).length());
    }
}
