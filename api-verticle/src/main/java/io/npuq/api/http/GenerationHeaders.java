package io.npuq.api.http;

import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobKind;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.RouteReason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What every answer with generated text says in its headers: which job it was, and which device ran it, and why. */
public final class GenerationHeaders {
    private static final String PREFIX = "X-NPU-Proxy-";

    /** Asking again would only queue the job again: OpenAI's clients obey this header. */
    private static final Set<ErrorCode> NO_RETRY = Set.of(ErrorCode.EXPIRED, ErrorCode.CANCELLED, ErrorCode.TIMEOUT);

    private GenerationHeaders() {}

    /** The headers of this job, as far as they are known; whole once it has ended. */
    public static Map<String, String> of(Job job, LaneStatus mainLane) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Npuq-Job-Id", job.id().value());
        if (job.error().filter(error -> NO_RETRY.contains(error.code())).isPresent()) {
            headers.put("x-should-retry", "false");
        }
        if (job.evidence().isPresent()) {
            devices(headers, job.kind(), job.evidence().get(), mainLane);
        } else if (!job.state().isFinal() && job.kind() != JobKind.EMBEDDING) {
            headers.put(PREFIX + "Routed-Device", mainLane.device());
        }
        return headers;
    }

    private static void devices(Map<String, String> headers, JobKind kind, Evidence ran, LaneStatus mainLane) {
        // Embeddings are not for the main lane: they never fall back from it.
        String routed = kind == JobKind.EMBEDDING ? ran.deviceRequested() : mainLane.device();
        RouteReason reason = ran.routeReason();
        headers.put(PREFIX + "Routed-Device", routed);
        if (reason != null) {
            headers.put(PREFIX + "Route-Reason", reason.wire());
        }
        if (ran.promptTokens() != null) {
            headers.put(PREFIX + "Token-Count", ran.promptTokens().toString());
        }
        String executed = ran.deviceActual();
        if (executed == null) {
            return;
        }
        headers.put(PREFIX + "Device", executed);
        headers.put(PREFIX + "Execution-Device", executed);
        if (reason != null && !executed.equals(routed)) {
            headers.put(PREFIX + "Fallback-Reason", reason.wire());
        }
    }
}
