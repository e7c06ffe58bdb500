package io.npuq.api.trace;

import io.npuq.schema.JobId;
import io.npuq.schema.Sha256;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Names of traces and spans: random ones, but for a job's, which follow from its id. So a restart goes on with the same trace, and what is
 * below the job's span can be sent before that itself is known.
 */
final class SpanIds implements IdGenerator {
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;

    private static final ThreadLocal<@Nullable OfJob> NEXT = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    /**
     * The names that follow from a job's id.
     *
     * @param traceId of its trace, where nobody else began that
     * @param spanId of its span
     */
    record OfJob(String traceId, String spanId) {
        static OfJob of(JobId job) {
            byte[] digest = Sha256.of(job.value().getBytes(StandardCharsets.US_ASCII));
            HexFormat hex = HexFormat.of();
            return new OfJob(
                    hex.formatHex(digest, 0, TRACE_BYTES),
                    hex.formatHex(digest, TRACE_BYTES, TRACE_BYTES + SPAN_BYTES));
        }
    }

    /** Begins a span that is this job's. */
    Span begin(OfJob job, Supplier<Span> span) {
        NEXT.set(job);
        try {
            return span.get();
        } finally {
            NEXT.remove();
        }
    }

    @Override
    public String generateSpanId() {
        OfJob job = NEXT.get();
        return job == null ? random.generateSpanId() : job.spanId();
    }

    @Override
    public String generateTraceId() {
        OfJob job = NEXT.get();
        return job == null ? random.generateTraceId() : job.traceId();
    }
}
