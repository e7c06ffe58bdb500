package io.npuq.api.http;

import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobKind;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.RouteReason;
import java.util.Set;

/** What every answer with generated text says in its headers: which job it was, and which device ran it, and why. */
public final class GenerationHeaders {
    private static final String PREFIX = "X-NPU-Proxy-";

    /** Asking again would only queue the job again: OpenAI's clients obey this header. */
    private static final Set<ErrorCode> NO_RETRY = Set.of(ErrorCode.EXPIRED, ErrorCode.CANCELLED, ErrorCode.TIMEOUT);

    private GenerationHeaders() {}

    /** The answer with the headers of this job, in its final state; what is not known has none. */
    public static Answer addTo(Answer answer, Job job, LaneStatus routed) {
        Answer named = answer.with("X-Npuq-Job-Id", job.id().value());
        if (job.error().filter(error -> NO_RETRY.contains(error.code())).isPresent()) {
            named = named.with("x-should-retry", "false");
        }
        return job.evidence().isPresent()
                ? devices(
                        named,
                        job.evidence().get(),
                        routedDevice(job.kind(), job.evidence().get(), routed))
                : named;
    }

    /** Embeddings are not for the main lane: they never fall back from it. */
    private static String routedDevice(JobKind kind, Evidence ran, LaneStatus mainLane) {
        return kind == JobKind.EMBEDDING ? ran.deviceRequested() : mainLane.device();
    }

    private static Answer devices(Answer answer, Evidence ran, String routed) {
        RouteReason reason = ran.routeReason();
        Answer named = answer.with(PREFIX + "Routed-Device", routed);
        if (reason != null) {
            named = named.with(PREFIX + "Route-Reason", reason.wire());
        }
        if (ran.promptTokens() != null) {
            named = named.with(PREFIX + "Token-Count", ran.promptTokens().toString());
        }
        String executed = ran.deviceActual();
        if (executed == null) {
            return named;
        }
        named = named.with(PREFIX + "Device", executed).with(PREFIX + "Execution-Device", executed);
        return reason == null || executed.equals(routed)
                ? named
                : named.with(PREFIX + "Fallback-Reason", reason.wire());
    }
}
