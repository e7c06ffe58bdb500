package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.SpentTokens;
import io.npuq.scheduler.common.StoredOutput;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How jobs end, whoever ends them. */
final class Endings {
    private final boolean keepInputs;
    private final Pace pace;
    private final SpentTokens tokens;
    private final Told told;

    Endings(boolean keepInputs, Pace pace, SpentTokens tokens, Told told) {
        this.keepInputs = keepInputs;
        this.pace = pace;
        this.tokens = tokens;
        this.told = told;
    }

    /** Ends a job that a lane ran; false when another host has given its attempt up. */
    boolean ran(Tx tx, JobRow row, Outcome outcome, Map<String, String> metadata) {
        Optional<JobRow> ended = end(tx, row, outcome, metadata);
        ended.ifPresent(job -> {
            Duration ran = Duration.between(job.startedAt().orElseThrow(), tx.now());
            tx.afterCommit(() -> pace.ended(tx.now(), row.kind(), row.lane().orElseThrow(), ran));
        });
        return ended.isPresent();
    }

    /** Ends a job whose deadline passed before a lane had it, or had it again. */
    void expired(Tx tx, JobRow row) {
        unheld(tx, row, new JobError(ErrorCode.EXPIRED, "the job's deadline passed while it waited"));
    }

    /** Ends a job that no lane holds, and that this transaction has locked. */
    Job unheld(Tx tx, JobRow row, JobError error) {
        Map<String, String> metadata = Settled.metadata(tx.handle(), row);
        Outcome outcome = error.code() == ErrorCode.CANCELLED || error.code() == ErrorCode.EXPIRED
                ? new Outcome.Stopped(error, Optional.empty(), Optional.empty())
                : new Outcome.Failed(error, Optional.empty());
        return end(tx, row, outcome, metadata)
                .orElseThrow(() -> new IllegalStateException(row.id() + " has moved though it was locked"))
                .job(outcome.result(), metadata, Optional.empty(), Optional.empty());
    }

    /** Ends the job; its row from then on, or empty when it is not as this row says. */
    Optional<JobRow> end(Tx tx, JobRow row, Outcome outcome, Map<String, String> metadata) {
        // A failed job can be done again by hand, for which its input is needed.
        boolean keepsInput = keepInputs || outcome.state() == JobState.FAILED;
        Optional<Body> output = StoredOutput.body(outcome.result(), metadata);
        Change.Ended change = new Change.Ended(
                outcome.state(),
                row.attempt(),
                outcome.error().orElse(null),
                outcome.evidence().orElse(null),
                keepsInput ? true : null,
                output.map(body -> body.ref(0)).orElse(null));
        OptionalInt slot =
                keepsInput || output.isPresent() ? OptionalInt.of(TextTable.slot(tx.now())) : OptionalInt.empty();
        JobRow ended = new RowChange(row).ended(change, tx.now(), slot).row();
        if (JobTable.end(tx.handle(), row, ended, output.map(Body::salted).orElse(null), keepsInput) == 0) {
            return Optional.empty();
        }
        tx.record(row.id(), change);
        tx.moved(row, ended);
        tx.afterCommit(() -> outcome.evidence().ifPresent(ran -> tokens.spent(tx.now(), row.client(), ran)));
        told.observer(
                tx,
                it -> it.ended(
                        told.step(tx, ended), ended.state(), ended.error().map(JobError::code), ended.evidence()));
        told.watchers(tx, ended.job(outcome.result(), metadata, Optional.empty(), Optional.empty()));
        return Optional.of(ended);
    }
}
