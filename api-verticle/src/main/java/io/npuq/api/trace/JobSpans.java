package io.npuq.api.trace;

import io.npuq.scheduler.JobStep;
import io.npuq.schema.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Instant;
import java.util.List;

/** Where a job's spans belong, and how one is begun that has begun already. */
final class JobSpans {
    private final Tracer tracer;
    private final SpanIds ids;
    private final Sampler sampler;

    /**
     * Spans of jobs.
     *
     * @param ids the tracer's names
     * @param sampler decides of a trace that begins with its job
     */
    JobSpans(Tracer tracer, SpanIds ids, Sampler sampler) {
        this.tracer = tracer;
        this.ids = ids;
        this.sampler = sampler;
    }

    /** That span, of another process. */
    static SpanContext remote(TraceContext span) {
        return SpanContext.createFromRemoteParent(
                span.traceId(), span.spanId(), flags(span.sampled()), TraceState.getDefault());
    }

    /** Below the job's own span, which is begun at its end and whose name is known before. */
    Context below(JobStep job) {
        SpanIds.OfJob names = SpanIds.OfJob.of(job.id());
        String traceId = job.trace().map(TraceContext::traceId).orElse(names.traceId());
        boolean sampled = job.trace().map(TraceContext::sampled).orElseGet(() -> samples(names.traceId()));
        return Context.root()
                .with(Span.wrap(SpanContext.create(traceId, names.spanId(), flags(sampled), TraceState.getDefault())));
    }

    /** The job's own, below the request that made it, or the first of its trace. */
    Span job(JobStep job) {
        Context parent = job.trace()
                .map(above -> Context.root().with(Span.wrap(remote(above))))
                .orElse(Context.root());
        return ids.begin(
                SpanIds.OfJob.of(job.id()), () -> begin("job " + job.kind().wire(), parent, job.acceptedAt()));
    }

    /** One that began then. */
    Span begin(String name, Context parent, Instant at) {
        return tracer.spanBuilder(name).setParent(parent).setStartTimestamp(at).startSpan();
    }

    private boolean samples(String traceId) {
        return sampler.shouldSample(Context.root(), traceId, "job", SpanKind.INTERNAL, Attributes.empty(), List.of())
                        .getDecision()
                == SamplingDecision.RECORD_AND_SAMPLE;
    }

    private static TraceFlags flags(boolean sampled) {
        return sampled ? TraceFlags.getSampled() : TraceFlags.getDefault();
    }
}
