package io.npuq.api.trace;

import io.npuq.api.http.RequestTrace;
import io.npuq.schema.JobId;
import io.npuq.schema.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Optional;

/** A request's span: below the client's, where it named one, else the first of a trace. */
final class TracedRequest implements RequestTrace {
    private final Span span;
    private final TraceClock clock;
    private final boolean isJoined;

    private TracedRequest(Span span, TraceClock clock, boolean isJoined) {
        this.span = span;
        this.clock = clock;
        this.isJoined = isJoined;
    }

    static TracedRequest begin(Tracer tracer, TraceClock clock, List<String> traceparents, long beganTick) {
        // Two headers name nobody.
        Optional<TraceContext> client =
                traceparents.size() == 1 ? TraceContext.of(traceparents.get(0)) : Optional.empty();
        Context parent = client.map(JobSpans::remote)
                .map(context -> Context.root().with(Span.wrap(context)))
                .orElse(Context.root());
        Span span = tracer.spanBuilder("request")
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setStartTimestamp(clock.at(beganTick))
                .startSpan();
        return new TracedRequest(span, clock, client.isPresent());
    }

    @Override
    public Optional<TraceContext> ofJob() {
        SpanContext context = span.getSpanContext();
        return Optional.of(new TraceContext(context.getTraceId(), context.getSpanId(), context.isSampled()));
    }

    @Override
    public Optional<TraceContext> ofLines() {
        return isJoined ? ofJob() : Optional.empty();
    }

    @Override
    public void ended(End end) {
        if (end.protocol().equals("grpc")) {
            span.updateName(end.endpoint());
            span.setAttribute("rpc.system.name", "grpc");
            span.setAttribute("rpc.method", end.endpoint());
            span.setAttribute("rpc.response.status_code", end.status());
        } else {
            span.updateName(end.method() + " " + end.endpoint());
            span.setAttribute("http.request.method", end.method());
            span.setAttribute("http.route", end.endpoint());
            span.setAttribute("http.response.status_code", Long.parseLong(end.status()));
        }
        span.setAttribute("npuq.request_id", end.requestId());
        end.job().map(JobId::value).ifPresent(id -> span.setAttribute("npuq.job.id", id));
        if (end.isFault()) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end(clock.at(System.nanoTime()));
    }
}
