package io.npuq.schema;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span of a distributed trace, as W3C Trace Context names it in a {@code traceparent}.
 *
 * @param traceId the trace: 32 hexadecimal digits, lower case, not all zeros
 * @param spanId the span in it: 16 hexadecimal digits, lower case, not all zeros
 * @param sampled whether whoever began it records it
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    /** The header of HTTP, and the key of gRPC's metadata, by which clients send it. */
    public static final String HEADER = "traceparent";

    private static final String TRACE_ID = "(?!0{32})[0-9a-f]{32}";
    private static final String SPAN_ID = "(?!0{16})[0-9a-f]{16}";

    /** Versions to come may add fields behind these. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(" + TRACE_ID + ")-(" + SPAN_ID + ")-([0-9a-f]{2})(?<rest>-.*)?");

    private static final String VERSION = "00";

    /** Checks the form. */
    public TraceContext {
        InvalidInputException.check(
                traceId.matches(TRACE_ID) && spanId.matches(SPAN_ID),
                HEADER,
                HEADER + " must have a trace of 32 and a span of 16 hexadecimal digits");
    }

    /** The span that this header names; empty where it does not have its form, which is to be treated as if it were not there. */
    public static Optional<TraceContext> of(String header) {
        Matcher form = FORM.matcher(header.strip());
        if (!form.matches() || (header.startsWith(VERSION) && form.group("rest") != null)) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(form.group(3), 16) & 1) == 1;
        return Optional.of(new TraceContext(form.group(1), form.group(2), sampled));
    }

    /** As a header. */
    public String header() {
        return VERSION + "-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
