package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobRow;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobResult;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import java.util.Map;
import java.util.Optional;

/** Jobs as callers see them, from what the index and the journal say. */
final class Jobs {
    private Jobs() {}

    /** A job as its row shows it; without a result. */
    static Job open(JobRow row, Map<String, String> metadata, Optional<Long> position, Optional<Long> etaMs) {
        return job(row, End.NOT_YET, metadata, position, etaMs);
    }

    /** A job that has ended so. */
    static Job ended(JobRow row, End end, Map<String, String> metadata) {
        return job(row, end, metadata, Optional.empty(), Optional.empty());
    }

    /** A job that has just ended so. */
    static Job ended(JobRow row, Outcome outcome, Map<String, String> metadata) {
        return ended(row, new End(outcome.result(), outcome.error(), outcome.evidence()), metadata);
    }

    /**
     * How a job ended.
     *
     * @param result its answer
     * @param error why it did not succeed
     * @param evidence what ran where
     */
    record End(Optional<JobResult> result, Optional<JobError> error, Optional<Evidence> evidence) {
        private static final End NOT_YET = new End(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Job job(
            JobRow row, End end, Map<String, String> metadata, Optional<Long> position, Optional<Long> etaMs) {
        return new Job(
                row.id(),
                row.kind(),
                row.state(),
                row.priority(),
                row.device(),
                row.maxNewTokens(),
                row.inputChars(),
                row.createdAt(),
                row.startedAt(),
                row.finishedAt(),
                row.deadlineAt(),
                row.attempt(),
                Limits.ATTEMPTS_MAX + row.attempt() - row.attemptsCounted(),
                position,
                etaMs,
                end.result(),
                end.error(),
                end.evidence(),
                metadata);
    }
}
