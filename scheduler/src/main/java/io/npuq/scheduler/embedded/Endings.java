package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.common.Feed;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.SpentTokens;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.common.StoredOutput;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How jobs end, whoever ends them. On the writer's thread. */
final class Endings {
    private final Ledger ledger;
    private final Inputs inputs;
    private final SteadyClock clock;
    private final boolean keepInputs;
    private final Pace pace;
    private final Feed feed;
    private final SpentTokens tokens;

    Endings(
            Ledger ledger,
            Inputs inputs,
            SteadyClock clock,
            boolean keepInputs,
            Pace pace,
            Feed feed,
            SpentTokens tokens) {
        this.ledger = ledger;
        this.inputs = inputs;
        this.clock = clock;
        this.keepInputs = keepInputs;
        this.pace = pace;
        this.feed = feed;
        this.tokens = tokens;
    }

    /** Ends a job that a lane ran. */
    void ran(JobRow row, Outcome outcome, Optional<Body> output, Map<String, String> metadata) throws IOException {
        JobRow ended = end(row, outcome, output, metadata);
        Duration ran = Duration.between(
                row.startedAt().orElseThrow(), ended.finishedAt().orElseThrow());
        pace.ended(ended.finishedAt().orElseThrow(), row.kind(), row.lane().orElseThrow(), ran);
    }

    /** Ends a job that came with its answer. */
    Job answered(JobRow row, Outcome outcome, Optional<Body> output, Map<String, String> metadata) throws IOException {
        return Jobs.ended(end(row, outcome, output, metadata), outcome, metadata);
    }

    /** Ends a job whose deadline passed before a lane had it, or had it again. */
    void expired(JobRow row) throws IOException {
        unheld(row, new JobError(ErrorCode.EXPIRED, "the job's deadline passed while it waited"));
    }

    /** Ends a job that no lane holds. One whose text is damaged loses its labels, and says so. */
    Job unheld(JobRow row, JobError reason) throws IOException {
        Optional<StoredInput> input = inputs.of(row);
        Map<String, String> metadata = input.map(StoredInput::metadata).orElse(Map.of());
        JobError error = input.isPresent()
                ? reason
                : new JobError(
                        reason.code(),
                        reason.message()
                                + "; its input on disk is not what was written there, and its labels are lost");
        Outcome outcome = error.code() == ErrorCode.CANCELLED || error.code() == ErrorCode.EXPIRED
                ? new Outcome.Stopped(error, Optional.empty(), Optional.empty())
                : new Outcome.Failed(error, Optional.empty());
        JobRow ended = end(row, outcome, StoredOutput.body(Optional.empty(), metadata), metadata);
        return Jobs.ended(ended, outcome, metadata);
    }

    private JobRow end(JobRow row, Outcome outcome, Optional<Body> output, Map<String, String> metadata)
            throws IOException {
        Instant now = clock.now();
        // A failed job can be done again by hand, for which its input is needed.
        boolean keepsInput = keepInputs || outcome.state() == JobState.FAILED;
        Change.Ended change = new Change.Ended(
                outcome.state(),
                row.attempt(),
                outcome.error().orElse(null),
                outcome.evidence().orElse(null),
                keepsInput ? true : null,
                output.isPresent() ? ledger.stage(output.get()) : null);
        JobRow ended = ledger.record(now, row.id(), change);
        if (!keepsInput) {
            ledger.eraseInput(row);
        }
        outcome.evidence().ifPresent(ran -> tokens.spent(now, row.client(), ran));
        Job job = Jobs.ended(ended, outcome, metadata);
        ledger.afterCommit(() -> feed.changed(job.id(), new JobEvent.StateChanged(job)));
        return ended;
    }
}
