package io.npuq.api.batch;

import io.npuq.api.embedding.Submitter;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.ClientLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What batches work with.
 *
 * @param queue where the jobs of lines go
 * @param submitter the way into it
 * @param calls what lines may ask
 * @param mainLane as it stands
 * @param limits what the client of that name may do
 * @param clock for windows and retention
 * @param resultRetention how long results are kept
 */
public record BatchParts(
        JobQueue queue,
        Submitter submitter,
        LineCalls calls,
        Supplier<LaneStatus> mainLane,
        Function<String, ClientLimits> limits,
        Clock clock,
        Duration resultRetention) {
    /** Whether nobody can say yet what models there are: lines wait for that. */
    boolean isLoading() {
        return mainLane.get().health().phase() == LanePhase.LOADING;
    }

    /** How long a batch's files are kept after its end. */
    Duration kept() {
        return resultRetention.compareTo(BatchLimits.OUTPUT_KEPT_MIN) > 0
                ? resultRetention
                : BatchLimits.OUTPUT_KEPT_MIN;
    }
}
