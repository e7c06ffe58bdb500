package io.npuq.api.trace;

import io.npuq.scheduler.JobStep;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * What spans say: what the request log says, and never a text. What is not known is left out. Names that begin with {@code gen_ai.} and
 * {@code error.} are OpenTelemetry's.
 */
final class SpanAttributes {
    private SpanAttributes() {}

    static void job(Span span, JobStep job, JobState state) {
        span.setAttribute("npuq.job.id", job.id().value());
        span.setAttribute("npuq.job.kind", job.kind().wire());
        span.setAttribute("npuq.job.state", state.wire());
    }

    static void attempt(Span span, JobStep job) {
        span.setAttribute("npuq.attempt", job.attempt());
        job.lane().ifPresent(lane -> span.setAttribute("npuq.lane", lane.wire()));
    }

    static void error(Span span, ErrorCode code) {
        span.setAttribute("error.type", code.wire());
        if (code != ErrorCode.CANCELLED) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    static void evidence(Span span, JobKind kind, Evidence evidence) {
        span.setAttribute("gen_ai.operation.name", operation(kind));
        text(span, "gen_ai.response.model", evidence.model());
        span.setAttribute("gen_ai.request.max_tokens", evidence.maxNewTokens());
        number(span, "gen_ai.usage.input_tokens", evidence.promptTokens());
        number(span, "gen_ai.usage.output_tokens", evidence.completionTokens());
        text(span, "npuq.model_digest", evidence.modelDigest());
        text(span, "npuq.runtime", evidence.runtime());
        text(span, "npuq.driver", evidence.driver());
        text(span, "npuq.device_requested", evidence.deviceRequested());
        text(span, "npuq.device_actual", evidence.deviceActual());
        text(
                span,
                "npuq.route_reason",
                evidence.routeReason() == null ? null : evidence.routeReason().wire());
        span.setAttribute("npuq.prompt_chars", evidence.promptChars());
        number(span, "npuq.npu_busy_before_us", evidence.npuBusyBeforeUs());
        number(span, "npuq.npu_busy_after_us", evidence.npuBusyAfterUs());
        number(span, "npuq.npu_busy_delta_us", evidence.npuBusyDeltaUs());
        if (evidence.npuBusyQuiet() != null) {
            span.setAttribute("npuq.npu_busy_quiet", evidence.npuBusyQuiet());
        }
        span.setAttribute("npuq.verdict", evidence.verdict().wire());
    }

    private static String operation(JobKind kind) {
        return switch (kind) {
            case CHAT -> "chat";
            case EMBEDDING -> "embeddings";
            default -> "text_completion";
        };
    }

    private static void text(Span span, String name, @Nullable String value) {
        if (value != null) {
            span.setAttribute(name, value);
        }
    }

    private static void number(Span span, String name, @Nullable Number value) {
        if (value != null) {
            span.setAttribute(name, value.longValue());
        }
    }
}
