package io.npuq.api.metrics;

import io.npuq.api.live.Activity;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.Refusal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.RouteReason;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Jobs, as the journal has them. */
final class JobMetrics implements QueueObserver {
    /** Why a fallback lane takes a job: all reasons but those of a lane that has it for its own. */
    private static final Set<RouteReason> AWAY =
            EnumSet.complementOf(EnumSet.of(RouteReason.REQUESTED, RouteReason.WITHIN_LIMIT));

    private final EngineMetrics engines;
    private final Activity activity;
    private final Map<JobKind, CounterDataPoint> submitted;
    private final Map<Refusal, CounterDataPoint> refused;
    private final Map<RouteReason, CounterDataPoint> spilled;
    private final Counter routed;
    private final Counter recovered;
    private final Counter ended;
    private final Counter errors;
    private final Histogram wait;
    private final Histogram waitMicros;
    private final Histogram commit;
    private final Gauge journalBytes;

    JobMetrics(PrometheusRegistry registry, EngineMetrics engines, Activity activity) {
        this.engines = engines;
        this.activity = activity;
        Meters meters = new Meters(registry);
        submitted = each(
                List.of(JobKind.values()),
                JobKind::wire,
                meters.counter("npuq_submitted_jobs_total", "Jobs that were accepted", "kind"));
        refused = each(
                List.of(Refusal.values()),
                reason -> reason.name().toLowerCase(Locale.ROOT),
                meters.counter("npuq_refused_jobs_total", "Submissions that were not accepted, and why", "reason"));
        spilled = each(
                AWAY,
                RouteReason::wire,
                meters.counter(
                        "npuq_spilled_total",
                        "Attempts that a fallback lane began in the main lane's place, and why",
                        "reason"));
        routed = meters.counter(
                "npuq_routed_total", "Attempts that began, on which lane and why there", "lane", "reason");
        recovered = meters.counter("npuq_recovered_jobs_total", "Attempts that were given up, whose jobs wait again");
        ended = meters.counter(
                "npuq_jobs_total",
                "Jobs that ended, in which state, and what executed them",
                "kind",
                "state",
                "device");
        errors = meters.counter("npuq_job_errors_total", "Jobs that ended without success, by error code", "code");
        wait = meters.seconds(
                "npuq_queue_wait", "From a job's acknowledgement to the beginning of an attempt", Buckets.WAIT);
        waitMicros = meters.values(
                "ovms_wait_for_infer_req_time_us", "npuq_queue_wait_seconds in microseconds", Buckets.WAIT_US);
        commit = meters.seconds("npuq_commit", "Writing and syncing one batch of the journal", Buckets.COMMIT);
        journalBytes = Gauge.builder()
                .name("npuq_journal_bytes")
                .unit(Unit.BYTES)
                .help("What the journal's files take, texts included")
                .withoutExemplars()
                .register(registry);
    }

    @Override
    public void submitted(JobStep job) {
        count(submitted, job.kind());
    }

    @Override
    public void refused(Refusal reason) {
        count(refused, reason);
    }

    @Override
    public void started(JobStep job, RouteReason reason, boolean isMain) {
        routed.labelValues(job.lane().orElseThrow().wire(), reason.wire()).inc();
        if (!isMain && AWAY.contains(reason)) {
            count(spilled, reason);
        }
        double waitMs = Claim.waitMs(job.acceptedAt(), job.at());
        wait.observe(waitMs / 1e3);
        waitMicros.observe(waitMs * 1e3);
        activity.started(waitMs);
    }

    @Override
    public void recovered(JobStep job, String reason) {
        recovered.inc();
    }

    @Override
    public void ended(JobStep job, JobState state, Optional<ErrorCode> error, Optional<Evidence> evidence) {
        String device = DeviceLabel.of(evidence.map(Evidence::deviceActual).orElse(null));
        ended.labelValues(job.kind().wire(), state.wire(), device).inc();
        error.ifPresent(code -> errors.labelValues(code.wire()).inc());
        evidence.ifPresent(engines::ran);
        activity.ended(state);
        evidence.ifPresent(activity::ran);
    }

    @Override
    public void committed(long nanos) {
        commit.observe(nanos / 1e9);
    }

    @Override
    public void journalBytes(long bytes) {
        journalBytes.set((double) bytes);
    }

    /** All that there can be, from 0 on: so that the first of its kind is seen as a growth. */
    private static <E extends Enum<E>> Map<E, CounterDataPoint> each(
            Collection<E> values, Function<E, String> label, Counter counter) {
        return values.stream()
                .collect(
                        Collectors.toUnmodifiableMap(value -> value, value -> counter.labelValues(label.apply(value))));
    }

    private static <E extends Enum<E>> void count(Map<E, CounterDataPoint> points, E value) {
        CounterDataPoint point = points.get(value);
        if (point != null) {
            point.inc();
        }
    }
}
