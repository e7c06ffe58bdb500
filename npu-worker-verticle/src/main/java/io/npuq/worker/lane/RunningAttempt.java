package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Stops a claimed attempt when it is cancelled and when its deadline passes, as long as it runs. */
final class RunningAttempt implements AutoCloseable {
    private final StopSignal stop = new StopSignal();
    private final Optional<ScheduledFuture<?>> atDeadline;

    RunningAttempt(Claim claim, ScheduledExecutorService timer) {
        claim.cancel().onCancel(() -> stop.stop(StopSignal.Cause.CANCELLED));
        atDeadline = leftAtClaim(claim)
                .map(left -> timer.schedule(
                        () -> stop.stop(StopSignal.Cause.EXPIRED), left.toNanos(), TimeUnit.NANOSECONDS));
    }

    StopSignal stop() {
        return stop;
    }

    /**
     * What is left until the deadline, from the claim on. The wall clock has no say in it, so that a clock that jumps ends nothing
     * early: how long the job had in all and how long it waited are both known.
     */
    static Optional<Duration> leftAtClaim(Claim claim) {
        Duration waited = Duration.ofNanos((long) (claim.queueWaitMs() * 1e6));
        return claim.deadlineAt()
                .map(deadline -> Duration.between(claim.acceptedAt(), deadline).minus(waited));
    }

    @Override
    public void close() {
        atDeadline.ifPresent(task -> task.cancel(false));
    }
}
