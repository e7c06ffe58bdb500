package io.npuq.worker.lane;

import io.npuq.schema.Evidence;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes down what ran where. Only computes: every number comes in measured, and what was not measured is null. */
final class EvidenceBook {
    private EvidenceBook() {}

    /**
     * The evidence of one attempt.
     *
     * @param generated what came out; empty when the engine gave no answer
     * @param totalMs from acknowledgement to the end, in milliseconds
     */
    static Evidence evidence(
            LoadedEngine loaded, Attempt attempt, Optional<Generated> generated, Busy busy, double totalMs) {
        EngineInfo info = loaded.info();
        Optional<Usage> usage = generated.map(Generated::usage);
        return new Evidence(
                info.model(),
                info.modelDigest(),
                info.runtime(),
                info.driver(),
                loaded.device().requested(),
                loaded.device().actual(),
                attempt.route(),
                attempt.request().input().chars(),
                usage.map(Usage::promptTokens).orElse(null),
                attempt.request().maxNewTokens(),
                usage.map(Usage::completionTokens).orElse(null),
                timing(loaded, attempt, generated, totalMs),
                orNull(busy.beforeUs()),
                orNull(busy.afterUs()),
                orNull(busy.growthUs()),
                busy.quiet().orElse(null),
                attempt.number(),
                verdict(loaded.device(), busy.growthUs()));
    }

    /** The NPU's word alone proves nothing, and its counter alone may have been driven by others: it takes both. */
    static Verdict verdict(LaneDevice device, OptionalLong growthUs) {
        if (!device.npu()) {
            return Verdict.FALLBACK;
        }
        return growthUs.orElse(0) > 0 ? Verdict.NPU_VERIFIED : Verdict.NPU_UNPROVEN;
    }

    private static Timing timing(LoadedEngine loaded, Attempt attempt, Optional<Generated> generated, double totalMs) {
        return new Timing(
                attempt.queueWaitMs(),
                attempt.loadMs(),
                loaded.initialLoadMs(),
                generated.map(Generated::timeToFirstTokenMs).orElse(null),
                generated.map(Generated::generateMs).orElse(null),
                totalMs);
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
