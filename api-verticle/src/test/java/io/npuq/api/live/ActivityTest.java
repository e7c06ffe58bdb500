package io.npuq.api.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ActivityTest {
    private long seconds;
    private final Activity activity = new Activity(() -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void stepsMoveOnWithTimeAndForgetWhatIsOld() {
        activity.started(10);
        seconds = 15 * 59;
        activity.started(30);
        assertEquals(1, activity.steps().get(0).started);
        assertEquals(30, activity.steps().get(59).waitMs);
        seconds = 15 * 60;
        assertEquals(0, activity.steps().get(0).started);
        assertEquals(30, activity.steps().get(58).waitMs);
        assertEquals(40, activity.total().waitMs);
    }

    @Test
    void longSilenceLeavesNoStepStanding() {
        activity.started(10);
        seconds = 100_000;
        assertEquals(
                0, activity.steps().stream().mapToLong(step -> step.started).sum());
        assertEquals(1, activity.total().started);
    }
}
