package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.InLine;
import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A row of the table of jobs.
 *
 * @param id its name
 * @param kind what is asked
 * @param state where it stands
 * @param priority 0 most urgent
 * @param device where it may run
 * @param maxNewTokens the bound on the answer
 * @param inputChars code points of its input
 * @param inputBytes length of its input's stored form, in bytes
 * @param promptTokens tokens of its prompt; 0 when nobody has counted them
 * @param line the line that it waits in
 * @param client who sent it
 * @param trace the span below which its own belong
 * @param origin the host that accepted it
 * @param due its place in the order, in microseconds since 1970
 * @param createdAt when it was accepted
 * @param notBefore when it may start, where that is not at once
 * @param startedAt when its latest attempt began
 * @param finishedAt when it ended
 * @param deadlineAt when it expires
 * @param attempt how often it was started
 * @param uncounted how many of these do not count against it
 * @param losses how many engines it took down in a row
 * @param lane where it was started last
 * @param host on which host that was
 * @param cancelAsked whether someone wants it to stop
 * @param error why it did not succeed
 * @param evidence what ran where
 * @param textSlot the partition of its texts, where any are kept
 */
record JobRow(
        JobId id,
        JobKind kind,
        JobState state,
        int priority,
        DevicePolicy device,
        int maxNewTokens,
        int inputChars,
        int inputBytes,
        int promptTokens,
        Line line,
        String client,
        Optional<TraceContext> trace,
        int origin,
        long due,
        Instant createdAt,
        Optional<Instant> notBefore,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Instant> deadlineAt,
        int attempt,
        int uncounted,
        int losses,
        Optional<Lane> lane,
        OptionalInt host,
        boolean cancelAsked,
        Optional<JobError> error,
        Optional<Evidence> evidence,
        OptionalInt textSlot)
        implements InLine {
    /** The order of the queue. */
    static final Comparator<JobRow> IN_ORDER =
            Comparator.comparingLong(JobRow::due).thenComparing(JobRow::id);

    @Override
    public boolean tooLong() {
        return line == Line.TOO_LONG;
    }

    /** Whether its deadline, where it has one, has come. */
    boolean isPastDeadline(Instant now) {
        return deadlineAt.isPresent() && !deadlineAt.get().isAfter(now);
    }

    /** How many of its attempts count. */
    int attemptsCounted() {
        return attempt - uncounted;
    }

    /** Whether it stands in a line. */
    boolean isInLine() {
        return state == JobState.QUEUED && notBefore.isEmpty();
    }

    /** What was asked, from this and its text. */
    JobRequest request(StoredInput text) {
        return text.request(
                kind, maxNewTokens, priority, deadlineAt.map(at -> Duration.between(createdAt, at)), device);
    }

    /** As callers see it. */
    Job job(Optional<JobResult> result, Map<String, String> metadata, Optional<Long> position, Optional<Long> etaMs) {
        return new Job(
                id,
                kind,
                state,
                priority,
                device,
                maxNewTokens,
                inputChars,
                createdAt,
                startedAt,
                finishedAt,
                deadlineAt,
                attempt,
                Limits.ATTEMPTS_MAX + uncounted,
                position,
                etaMs,
                result,
                error,
                evidence,
                metadata);
    }

    /** As callers see one that has not ended. */
    Job open(Map<String, String> metadata) {
        return job(Optional.empty(), metadata, Optional.empty(), Optional.empty());
    }
}
