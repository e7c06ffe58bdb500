package io.npuq.worker.lane;

import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * How long the NPU had nothing to do between two jobs although the second one waited: from the end of one generation to the beginning of
 * the next, engines that were loaded in between included. A job waited when it was accepted before that end; one that was to wait, for a
 * time of its own or after its engine was lost, says nothing of the NPU. On the lane's thread.
 */
final class IdleGaps {
    private final LongConsumer listener;
    private OptionalLong endedTick = OptionalLong.empty();

    /**
     * No job has run yet.
     *
     * @param listener told of each gap, in nanoseconds
     */
    IdleGaps(LongConsumer listener) {
        this.listener = listener;
    }

    /** The engine begins with the attempt, on that device. */
    void begins(Attempt attempt, LaneDevice device, long tick) {
        boolean waited = endedTick.isPresent() && attempt.acceptedTick() <= endedTick.getAsLong();
        boolean wasHeldBack =
                attempt.number() > 1 || attempt.request().runAfter().isPresent();
        if (device.npu() && waited && !wasHeldBack) {
            listener.accept(tick - endedTick.getAsLong());
        }
    }

    /** The engine has ended with it. */
    void ended(long tick) {
        endedTick = OptionalLong.of(tick);
    }
}
