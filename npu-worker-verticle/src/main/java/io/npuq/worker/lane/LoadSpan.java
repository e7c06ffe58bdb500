package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;

/**
 * When the engine was loaded, on the monotonic ticker, in nanoseconds.
 *
 * @param beganTick its load's begin
 * @param endedTick its load's end
 */
record LoadSpan(long beganTick, long endedTick) {
    /** The attempt that this claim is for; what of the load went by after its job was accepted was loading for it. */
    Attempt attempt(Claim claim, long claimedTick) {
        long acceptedTick = claimedTick - (long) (claim.queueWaitMs() * 1e6);
        double loadMs = Math.max(0, endedTick - Math.max(acceptedTick, beganTick)) / 1e6;
        return new Attempt(
                claim.request(), claim.routeReason(), claim.attempt(), claim.queueWaitMs(), loadMs, acceptedTick);
    }
}
