package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobRow;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Jobs as callers see them, from what the index and the journal say. */
final class Jobs {
    private Jobs() {}

    /** A job that has not ended. */
    static Job open(JobRow row, Map<String, String> metadata, Optional<Long> position, Optional<Long> etaMs) {
        return job(
                row,
                new End(row.state(), row.finishedAt(), Optional.empty(), Optional.empty(), Optional.empty()),
                metadata,
                position,
                etaMs);
    }

    /** A job that has ended so. */
    static Job ended(JobRow row, End end, Map<String, String> metadata) {
        return job(row, end, metadata, Optional.empty(), Optional.empty());
    }

    /**
     * How a job ended.
     *
     * @param state its final state
     * @param at when
     * @param result its answer
     * @param error why it did not succeed
     * @param evidence what ran where
     */
    record End(
            JobState state,
            Optional<Instant> at,
            Optional<JobResult> result,
            Optional<JobError> error,
            Optional<Evidence> evidence) {}

    private static Job job(
            JobRow row, End end, Map<String, String> metadata, Optional<Long> position, Optional<Long> etaMs) {
        return new Job(
                row.id(),
                row.kind(),
                end.state(),
                row.priority(),
                row.device(),
                row.maxNewTokens(),
                row.inputChars(),
                row.createdAt(),
                row.startedAt(),
                end.at(),
                row.deadlineAt(),
                row.attempt(),
                Limits.ATTEMPTS_MAX,
                position,
                etaMs,
                end.result(),
                end.error(),
                end.evidence(),
                metadata);
    }
}
