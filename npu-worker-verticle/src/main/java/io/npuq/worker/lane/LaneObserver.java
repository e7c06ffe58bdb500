package io.npuq.worker.lane;

import io.npuq.schema.Lane;

/** Told of what a lane does, on the lane's thread, which waits for it: it must be quick. */
public interface LaneObserver {
    /** Takes no notice. */
    LaneObserver NONE = new LaneObserver() {};

    /** Its NPU had nothing to do for so long, in nanoseconds, between two jobs though the second one waited. */
    default void idled(long nanos) {}

    /**
     * Its engine was loaded, and jobs may have waited for that.
     *
     * @param beganTick its load's begin, on the monotonic ticker, in nanoseconds
     * @param endedTick its load's end
     */
    default void loaded(Lane lane, long beganTick, long endedTick) {}
}
