package io.npuq.scheduler.index;

import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.time.Instant;
import java.util.Optional;

/**
 * What the index knows of a job; all of it comes from the journal's entries.
 *
 * @param seq number of its first entry, and its key
 * @param id its name
 * @param kind what is asked
 * @param state where it stands
 * @param priority 0 most urgent
 * @param device where it may run
 * @param maxNewTokens the bound on the answer
 * @param inputChars code points of its input
 * @param due its place in the order, in microseconds since 1970
 * @param createdAt when it was accepted
 * @param startedAt when its latest attempt began
 * @param finishedAt when it ended
 * @param deadlineAt when it expires
 * @param attempt how often it was started
 * @param lane where it was started last
 * @param cancelAsked whether someone wants it to stop
 * @param submitted where its first entry lies
 * @param ended where its last entry lies
 */
public record JobRow(
        long seq,
        JobId id,
        JobKind kind,
        JobState state,
        int priority,
        DevicePolicy device,
        int maxNewTokens,
        int inputChars,
        long due,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Instant> deadlineAt,
        int attempt,
        Optional<Lane> lane,
        boolean cancelAsked,
        Position submitted,
        Optional<Position> ended) {
    /** The row of a job that was just accepted. */
    public static JobRow submitted(long seq, Instant at, JobId id, Change.Submitted change, Position position) {
        return new JobRow(
                seq,
                id,
                change.kind(),
                JobState.QUEUED,
                change.priority(),
                change.device(),
                change.maxNewTokens(),
                change.inputChars(),
                change.due(),
                at,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(change.deadlineAt()),
                0,
                Optional.empty(),
                false,
                position,
                Optional.empty());
    }

    /** The row once its next attempt has begun. */
    public JobRow started(Lane on, Instant at) {
        return moved(JobState.RUNNING, Optional.of(at), attempt + 1, Optional.of(on));
    }

    /** The row once its attempt was given up. */
    public JobRow recovered() {
        return moved(JobState.QUEUED, startedAt, attempt, Optional.empty());
    }

    private JobRow moved(JobState next, Optional<Instant> started, int attempts, Optional<Lane> on) {
        return new JobRow(
                seq,
                id,
                kind,
                state.moveTo(next),
                priority,
                device,
                maxNewTokens,
                inputChars,
                due,
                createdAt,
                started,
                finishedAt,
                deadlineAt,
                attempts,
                on,
                cancelAsked,
                submitted,
                ended);
    }
}
