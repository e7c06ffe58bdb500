package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A row of a job on its way to what it is next; the same rules as the embedded queue's index has. */
final class RowChange {
    private final JobRow before;
    private JobState state;
    private int promptTokens;
    private Line line;
    private Optional<Instant> notBefore;
    private Optional<Instant> startedAt;
    private Optional<Instant> finishedAt;
    private int attempt;
    private int uncounted;
    private int losses;
    private Optional<Lane> lane;
    private OptionalInt host;
    private Optional<JobError> error;
    private Optional<Evidence> evidence;
    private OptionalInt textSlot;

    RowChange(JobRow before) {
        this.before = before;
        state = before.state();
        promptTokens = before.promptTokens();
        line = before.line();
        notBefore = before.notBefore();
        startedAt = before.startedAt();
        finishedAt = before.finishedAt();
        attempt = before.attempt();
        uncounted = before.uncounted();
        losses = before.losses();
        lane = before.lane();
        host = before.host();
        error = before.error();
        evidence = before.evidence();
        textSlot = before.textSlot();
    }

    RowChange line(Line other) {
        line = other;
        return this;
    }

    /** Its time has not come before, and now it has. */
    RowChange heldUntil(Instant at) {
        notBefore = Optional.of(at);
        return this;
    }

    /** Its next attempt has begun. */
    RowChange started(Instant at, Lane where, int onHost) {
        state = before.state().moveTo(JobState.RUNNING);
        attempt = before.attempt() + 1;
        startedAt = Optional.of(at);
        lane = Optional.of(where);
        host = OptionalInt.of(onHost);
        return this;
    }

    /** Its attempt was given up. */
    RowChange recovered(Change.Recovered change) {
        boolean unrun = Boolean.TRUE.equals(change.unrun());
        state = before.state().moveTo(JobState.QUEUED);
        lane = Optional.empty();
        host = OptionalInt.empty();
        notBefore = Optional.ofNullable(change.notBefore());
        losses = Boolean.TRUE.equals(change.engineLost()) ? before.losses() + 1 : unrun ? before.losses() : 0;
        uncounted += unrun ? 1 : 0;
        Integer tokens = change.promptTokens();
        if (tokens != null) {
            promptTokens = tokens;
            line = Line.of(before.kind(), before.device(), true);
            uncounted += before.promptTokens() == 0 ? 1 : 0;
        }
        return this;
    }

    /** It ended so. */
    RowChange ended(Change.Ended change, Instant at, OptionalInt keptIn) {
        state = before.state().moveTo(change.state());
        finishedAt = Optional.of(at);
        notBefore = Optional.empty();
        error = Optional.ofNullable(change.error());
        evidence = Optional.ofNullable(change.evidence());
        textSlot = keptIn;
        return this;
    }

    JobRow row() {
        return new JobRow(
                before.id(),
                before.kind(),
                state,
                before.priority(),
                before.device(),
                before.maxNewTokens(),
                before.inputChars(),
                before.inputBytes(),
                promptTokens,
                line,
                before.client(),
                before.trace(),
                before.origin(),
                before.due(),
                before.createdAt(),
                notBefore,
                startedAt,
                finishedAt,
                before.deadlineAt(),
                attempt,
                uncounted,
                losses,
                lane,
                host,
                before.cancelAsked(),
                error,
                evidence,
                textSlot);
    }
}
