package io.npuq.api.metrics;

import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The queue as it stands. */
final class QueueGauges {
    /** The lane of jobs that are held back, and of those that wait for the first lane to be there. */
    private static final String NO_LANE = "none";

    private QueueGauges() {}

    static List<MetricSnapshot> of(Scene scene) {
        QueueStatus queue = scene.queue();
        long queued = queue.byState().getOrDefault(JobState.QUEUED, 0L);
        long running = queue.byState().getOrDefault(JobState.RUNNING, 0L);
        List<MetricSnapshot> gauges = new ArrayList<>(List.of(
                depth(queue, queued).gauge("npuq_queue_depth", "Queued jobs, by the lane in whose line they are"),
                Points.of(queue.queuedMax()).gauge("npuq_queue_depth_max", "How many jobs may be queued"),
                Points.of(oldest(queue, scene.now()))
                        .gauge(
                                "npuq_oldest_queued_seconds",
                                "How long the oldest queued job has waited; 0 when none is queued"),
                Points.of(running).gauge("npuq_running_jobs", "Jobs that run"),
                Points.of(queue.paused() ? 1 : 0).gauge("npuq_queue_paused", "1 while nothing starts"),
                Points.of(queue.draining() ? 1 : 0).gauge("npuq_queue_draining", "1 while nothing is accepted"),
                Points.of(queue.checkpointTrouble().isPresent() ? 1 : 0)
                        .gauge(
                                "npuq_checkpoint_failing",
                                "1 while the latest checkpoint of the request log could not be written"),
                Points.of(scene.journalBytesMax())
                        .gauge("npuq_journal_max_bytes", "What the journal may take before submissions are refused"),
                Points.of(queued + running).gauge("ovms_current_requests", "Jobs that are queued or run"),
                Points.of(queued).gauge("ovms_infer_req_queue_size", "Jobs that are queued")));
        scene.diskFreeBytes()
                .ifPresent(free -> gauges.add(Points.of(free)
                        .gauge("npuq_disk_free_bytes", "What is free on the disk of the data directory")));
        return gauges;
    }

    private static Points depth(QueueStatus queue, long queued) {
        Points depth = new Points();
        long inLine = 0;
        for (Map.Entry<Lane, Long> lane : queue.queuedByLane().entrySet()) {
            depth.with(Labels.of("lane", lane.getKey().wire()), lane.getValue());
            inLine += lane.getValue();
        }
        // Lines and counts are read one after the other, while jobs come and go.
        return depth.with(Labels.of("lane", NO_LANE), Math.max(0, queued - inLine));
    }

    private static double oldest(QueueStatus queue, Instant now) {
        return queue.oldestQueuedAt()
                .map(since -> Math.max(0, Duration.between(since, now).toMillis()) / 1e3)
                .orElse(0.0);
    }
}
