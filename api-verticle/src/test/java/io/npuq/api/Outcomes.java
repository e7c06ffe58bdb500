package io.npuq.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.Claim;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobError;
import io.npuq.schema.JobResult;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.util.Optional;

/** What lanes report. */
final class Outcomes {
    private Outcomes() {}

    static Evidence evidence(String deviceActual, Long delta, Verdict verdict) {
        return new Evidence(
                "tiny-qwen2",
                "ab".repeat(32),
                "2026.4.1-build",
                null,
                deviceActual,
                deviceActual,
                verdict == Verdict.FALLBACK ? RouteReason.NPU_UNAVAILABLE : RouteReason.WITHIN_LIMIT,
                12,
                20,
                32,
                4,
                new Timing(1.5, 0.0, 1_200.25, 3.25, 40.5, 42.75),
                delta == null ? null : 1_000L,
                delta == null ? null : 1_000L + delta,
                delta,
                delta == null ? null : true,
                1,
                verdict);
    }

    static Outcome onNpu(Claim claim) {
        return succeeded(claim, evidence("NPU", 38_000L, Verdict.NPU_VERIFIED));
    }

    static Outcome unproven(Claim claim) {
        return succeeded(claim, evidence("NPU", 0L, Verdict.NPU_UNPROVEN));
    }

    static Outcome onCpu(Claim claim) {
        return succeeded(claim, evidence("CPU", null, Verdict.FALLBACK));
    }

    static Outcome failed(ErrorCode code, String message) {
        return new Outcome.Failed(new JobError(code, message), Optional.empty());
    }

    private static Outcome succeeded(Claim claim, Evidence evidence) {
        boolean json = claim.request().kind().answersJson();
        return new Outcome.Succeeded(
                new JobResult(
                        json ? "{\"notes\":\"n\"}" : "Mail server is slow",
                        json ? JsonNodeFactory.instance.objectNode().put("notes", "n") : null,
                        FinishReason.STOP,
                        new Usage(20, 4),
                        false),
                evidence);
    }

    /** Runs until someone cancels it. */
    static Outcome untilCancelled(Claim claim) {
        var stopped = new java.util.concurrent.CountDownLatch(1);
        claim.cancel().onCancel(stopped::countDown);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Outcome.Stopped(
                new JobError(ErrorCode.CANCELLED, "cancelled while it ran"), Optional.empty(), Optional.empty());
    }
}
