package io.npuq.schema;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A job as it stands. Never holds its input.
 *
 * @param id its name
 * @param kind what was asked
 * @param state where it stands
 * @param priority 0 most urgent
 * @param device where it may run
 * @param maxNewTokens the bound on the answer
 * @param inputChars code points of the input
 * @param createdAt when it was acknowledged
 * @param startedAt when its latest attempt began
 * @param finishedAt when it reached its final state
 * @param deadlineAt when it expires
 * @param attempt how often it was started; 0 before the first
 * @param maxAttempts how often it may be started
 * @param position how many jobs are before it, from 0; only while queued, and only where it was asked for
 * @param etaMs estimated wait in milliseconds; only while queued, and only once jobs have been timed
 * @param result the answer; empty before the end, and after the result's time
 * @param error why it did not succeed
 * @param evidence what ran where
 * @param metadata the client's labels
 */
public record Job(
        JobId id,
        JobKind kind,
        JobState state,
        int priority,
        DevicePolicy device,
        int maxNewTokens,
        int inputChars,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Instant> deadlineAt,
        int attempt,
        int maxAttempts,
        Optional<Long> position,
        Optional<Long> etaMs,
        Optional<JobResult> result,
        Optional<JobError> error,
        Optional<Evidence> evidence,
        Map<String, String> metadata) {}
