package io.npuq.api.lanes;

import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether all is well.
 *
 * @param level how well
 * @param reasons why it is not better, a sentence each; empty when all is well
 * @param lanes every lane, the main one first
 * @param queue the queue
 */
record Health(Level level, List<String> reasons, List<LaneStatus> lanes, QueueStatus queue) {
    /** How well all is. */
    enum Level {
        /** Every lane takes jobs, and the queue hands them out. */
        HEALTHY,
        /** Something is amiss: jobs run all the same, or will again without anybody's help. */
        DEGRADED,
        /** No job will run until somebody mends something. */
        UNHEALTHY
    }

    static Health of(List<LaneStatus> lanes, QueueStatus queue) {
        List<String> reasons = new ArrayList<>();
        lanes.stream().filter(lane -> !lane.health().phase().takesJobs()).forEach(lane -> reasons.add(reason(lane)));
        if (queue.paused()) {
            reasons.add("the queue is paused: nothing starts until POST /v1/queue/resume");
        }
        if (queue.draining()) {
            reasons.add("the queue is draining: no job is accepted");
        }
        queue.checkpointTrouble().ifPresent(reasons::add);
        boolean anyRuns = lanes.stream()
                .map(lane -> lane.health().phase())
                .anyMatch(phase -> phase.takesJobs() || phase.recovers());
        Level some = reasons.isEmpty() ? Level.HEALTHY : Level.DEGRADED;
        return new Health(anyRuns ? some : Level.UNHEALTHY, List.copyOf(reasons), lanes, queue);
    }

    private static String reason(LaneStatus lane) {
        LanePhase phase = lane.health().phase();
        String what = switch (phase) {
            case LOADING -> " loads its model";
            case SERVING, UNLOADED -> " takes jobs";
            case FAILED -> " could not load its model";
            case QUARANTINED -> " is quarantined";
            case STOPPED -> " is stopped";
        };
        return "lane " + lane.lane().wire() + what
                + lane.trouble().map(why -> ": " + why).orElse("");
    }
}
