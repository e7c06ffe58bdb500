package io.npuq.scheduler;

import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The queue as a whole.
 *
 * @param byState jobs in each state
 * @param queuedByPriority queued jobs of each priority that has any
 * @param queuedByLane queued jobs in the line of each lane that has any: the main lane's are all that it could take, whichever does;
 *     those that are held back for a time are in nobody's line
 * @param oldestQueuedAt when the oldest queued job was acknowledged
 * @param serviceRatePerSecond jobs that ended in the last minute, a second; empty before any did
 * @param running what runs now
 * @param lanes how the lanes are
 * @param routed attempts that began, by why the lane took them; over the journal's whole life
 * @param queuedMax how many may be queued
 * @param queuedBytes length of the inputs that wait, in bytes
 * @param paused whether nothing starts
 * @param draining whether nothing is accepted
 * @param checkpointTrouble why the latest checkpoint of the request log could not be written; empty when it was
 */
public record QueueStatus(
        Map<JobState, Long> byState,
        Map<Integer, Long> queuedByPriority,
        Map<Lane, Long> queuedByLane,
        Optional<Instant> oldestQueuedAt,
        Optional<Double> serviceRatePerSecond,
        List<Running> running,
        Map<Lane, LaneState> lanes,
        Map<RouteReason, Long> routed,
        long queuedMax,
        long queuedBytes,
        boolean paused,
        boolean draining,
        Optional<String> checkpointTrouble) {
    /**
     * A job that runs.
     *
     * @param id the job
     * @param kind what is asked
     * @param priority 0 most urgent
     * @param lane where
     * @param startedAt since when
     * @param attempt which attempt
     */
    public record Running(JobId id, JobKind kind, int priority, Lane lane, Instant startedAt, int attempt) {}
}
