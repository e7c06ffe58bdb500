package io.npuq.api.trace;

import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of what the queue recorded, once it is on disk: their times and attributes are those of the journal's entries and of the job's
 * evidence, so that trace and request log say the same.
 *
 * <pre>
 * job            acknowledgement to end
 *   queue        until an attempt began, or the job ended; one a wait
 *     load       what of that went by while the lane's model was loaded for it
 *   attempt      until the engine was done with it, or it was given up; one an attempt
 *     generate   by the engine's own clock
 *       prefill  until the first token
 *   finish       until the end was on disk
 * </pre>
 */
final class JobTraces implements QueueObserver {
    /** Jobs whose second wait is timed; of more at once, the oldest's is not shown. */
    private static final int WAITING_MAX = 10_000;

    private final JobSpans spans;
    private final Map<Lane, Load> loads = new ConcurrentHashMap<>();
    private final Map<JobId, Instant> waitingSince = new LinkedHashMap<>();

    JobTraces(JobSpans spans) {
        this.spans = spans;
    }

    /** A load of a lane's model. */
    private record Load(Instant began, Instant ended) {}

    /** A lane's engine was loaded; on any thread. */
    void loaded(Lane lane, Instant began, Instant ended) {
        loads.put(lane, new Load(began, ended));
    }

    @Override
    public void started(JobStep job, RouteReason reason, boolean isMain) {
        since(job).ifPresent(since -> {
            Span queue = spans.begin("queue", spans.below(job), since);
            SpanAttributes.attempt(queue, job);
            queue.setAttribute("npuq.route_reason", reason.wire());
            load(queue, job, since);
            queue.end(job.at());
        });
    }

    @Override
    public void recovered(JobStep job, String reason) {
        if (waitingSince.size() == WAITING_MAX) {
            waitingSince.remove(waitingSince.keySet().iterator().next());
        }
        waitingSince.put(job.id(), job.at());
        job.startedAt().ifPresent(startedAt -> {
            Span attempt = spans.begin("attempt", spans.below(job), startedAt);
            SpanAttributes.attempt(attempt, job);
            attempt.setStatus(StatusCode.ERROR, reason);
            attempt.end(job.at());
        });
    }

    @Override
    public void ended(JobStep job, JobState state, Optional<ErrorCode> error, Optional<Evidence> evidence) {
        Context below = spans.below(job);
        if (job.lane().isPresent()) {
            ran(job, below, error, evidence);
        } else if (evidence.isEmpty()) {
            since(job).ifPresent(since -> spans.begin("queue", below, since).end(job.at()));
        }
        Span whole = spans.job(job);
        SpanAttributes.job(whole, job, state);
        error.ifPresent(code -> SpanAttributes.error(whole, code));
        evidence.ifPresent(known -> SpanAttributes.evidence(whole, job.kind(), known));
        whole.end(job.onDiskAt());
    }

    private void ran(JobStep job, Context below, Optional<ErrorCode> error, Optional<Evidence> evidence) {
        Instant startedAt = job.startedAt().orElse(job.acceptedAt());
        Instant doneAt = evidence.map(Evidence::timing)
                .map(Timing::total)
                .map(total -> after(job.acceptedAt(), total))
                .orElse(job.at());
        Span attempt = spans.begin("attempt", below, startedAt);
        SpanAttributes.attempt(attempt, job);
        error.ifPresent(code -> SpanAttributes.error(attempt, code));
        evidence.ifPresent(known -> {
            SpanAttributes.evidence(attempt, job.kind(), known);
            generate(known.timing(), below.with(attempt), doneAt);
        });
        attempt.end(doneAt);
        spans.begin("finish", below, doneAt).end(job.onDiskAt());
    }

    private void generate(Timing timing, Context below, Instant doneAt) {
        Double generateMs = timing.generate();
        if (generateMs == null) {
            return;
        }
        Instant began = after(doneAt, -generateMs);
        Span generate = spans.begin("generate", below, began);
        Double firstTokenMs = timing.timeToFirstToken();
        if (firstTokenMs != null) {
            spans.begin("prefill", below.with(generate), began).end(after(began, firstTokenMs));
        }
        generate.end(doneAt);
    }

    /** What of the wait went by while the lane's model was loaded. */
    private void load(Span queue, JobStep job, Instant since) {
        Load load = job.lane().map(loads::get).orElse(null);
        if (load != null && load.ended().isAfter(since)) {
            Instant began = load.began().isAfter(since) ? load.began() : since;
            Instant ended = load.ended().isBefore(job.at()) ? load.ended() : job.at();
            spans.begin("load", Context.root().with(queue), began).end(ended);
        }
    }

    /** Since when it waits; empty where a server of before knew that. */
    private Optional<Instant> since(JobStep job) {
        @Nullable Instant again = waitingSince.remove(job.id());
        boolean isFirst = again == null && job.startedAt().map(job.at()::equals).orElse(true) && job.attempt() <= 1;
        return isFirst ? Optional.of(job.acceptedAt()) : Optional.ofNullable(again);
    }

    private static Instant after(Instant from, double ms) {
        return from.plusNanos(Math.round(ms * 1e6));
    }
}
