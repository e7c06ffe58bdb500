package io.npuq.api.metrics;

import io.npuq.api.http.RequestCounter;
import io.npuq.api.kserve.ServerInfo;
import io.npuq.api.live.Activity;
import io.npuq.scheduler.QueueObserver;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * All that is counted and timed since the process began: queue, lanes and HTTP tell of it as it happens, and {@code GET /metrics} shows
 * it beside how things stand at that moment. Any thread may tell, and any may look.
 */
public final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ModelLabel models = new ModelLabel();
    private final EngineMetrics engines = new EngineMetrics(registry, models);
    private final Activity activity = new Activity(System::nanoTime);
    private final JobMetrics jobs = new JobMetrics(registry, engines, activity);
    private final RequestMetrics requests = new RequestMetrics(registry);
    private final Histogram idleGap = new Meters(registry)
            .seconds(
                    "npuq_npu_idle_gap",
                    "How long the NPU had nothing to do between two jobs although the second one waited",
                    Buckets.IDLE_GAP);

    /** Nothing is counted yet. */
    public Metrics() {
        Info build = Info.builder()
                .name("npuq_build_info")
                .help("This npuq, and the Java that it runs on")
                .labelNames("version", "java")
                .register(registry);
        build.setLabelValues(ServerInfo.version(), String.valueOf(Runtime.version()));
    }

    /** Counts jobs. */
    public QueueObserver jobs() {
        return jobs;
    }

    /** What jobs did lately. */
    public Activity activity() {
        return activity;
    }

    /** Counts requests. */
    public RequestCounter requests() {
        return requests;
    }

    /** The NPU had nothing to do for so long, in nanoseconds, between two jobs although the second one waited. */
    public void idleGap(long nanos) {
        idleGap.observe(nanos / 1e9);
    }

    /** All of it, beside how things stand. */
    MetricSnapshots at(Scene scene) {
        if (scene.hasBusyCounter()) {
            engines.busyIsKnown();
        }
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        registry.scrape().forEach(all::metricSnapshot);
        QueueGauges.of(scene).forEach(all::metricSnapshot);
        LaneGauges.of(scene.lanes(), models).forEach(all::metricSnapshot);
        return all.build();
    }
}
