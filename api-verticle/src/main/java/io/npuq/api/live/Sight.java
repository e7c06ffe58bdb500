package io.npuq.api.live;

import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.Job;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import java.util.List;

/**
 * How all stands at one moment.
 *
 * @param queue the queue
 * @param lanes every lane, the main one first
 * @param deadlines the queued jobs whose deadlines come first
 * @param textsVersion of the running jobs' texts
 */
record Sight(QueueStatus queue, List<LaneStatus> lanes, List<Job> deadlines, long textsVersion) {
    /** Whether it looks the same but for what time alone changes. */
    boolean isLike(Sight other) {
        return queue.equals(other.queue)
                && deadlines.equals(other.deadlines)
                && textsVersion == other.textsVersion
                && phases().equals(other.phases());
    }

    private List<LanePhase> phases() {
        return lanes.stream().map(lane -> lane.health().phase()).toList();
    }
}
