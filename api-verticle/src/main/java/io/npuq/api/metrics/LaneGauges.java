package io.npuq.api.metrics;

import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** The lanes as they stand. */
final class LaneGauges {
    private LaneGauges() {}

    static List<MetricSnapshot> of(List<LaneStatus> lanes, ModelLabel models) {
        Points up = new Points();
        Points phases = new Points();
        Points restarts = new Points();
        Points memory = new Points();
        Points loaded = new Points();
        for (LaneStatus lane : lanes) {
            LaneHealth health = lane.health();
            Labels labels = Labels.of("lane", lane.lane().wire());
            up.with(labels, health.phase().takesJobs() ? 1 : 0);
            for (LanePhase phase : LanePhase.values()) {
                phases.with(labels.merge(Labels.of("phase", phase.wire())), phase == health.phase() ? 1 : 0);
            }
            restarts.with(labels, health.restarts());
            health.memoryBytes().ifPresent(bytes -> memory.with(labels, bytes));
            if (lane.loaded()) {
                loaded.increment(Labels.of("model", models.of(lane.model())));
            }
        }
        return List.of(
                up.gauge("npuq_lane_up", "1 while a job that is handed to the lane would run"),
                phases.gauge("npuq_lane_phase", "1 for the phase that the lane is in"),
                restarts.counter("npuq_lane_restarts", "Engines that were loaded in place of a lost one"),
                memory.gauge(
                        "npuq_engine_memory_bytes", "What the process of the lane's engine held when last measured"),
                loaded.gauge("npu_proxy_loaded_models", "Lanes that have the model loaded"));
    }
}
