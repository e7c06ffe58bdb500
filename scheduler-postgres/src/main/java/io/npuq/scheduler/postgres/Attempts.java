package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Pick;
import io.npuq.scheduler.common.PromptLengths;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.common.StoredText;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** How jobs are handed out and come back. */
final class Attempts {
    /** How long a job whose engine was lost waits, so that its neighbours go first. */
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    /** How an attempt was given up. */
    enum GivenUp {
        /** It took its engine down. */
        ENGINE_LOST,
        /** It was stopped, and not for its own sake. */
        STOPPED,
        /** It never reached an engine, and does not count. */
        UNRUN
    }

    private final Endings endings;
    private final Lanes<JobRow> lanes;
    private final Lines lines;
    private final Told told;
    private final Settled settled;
    private final Relay relay;

    /** What the lanes of this host run. */
    private Map<JobId, Claim> held = Map.of();

    Attempts(Endings endings, Lanes<JobRow> lanes, Lines lines, Told told, Settled settled, Relay relay) {
        this.endings = endings;
        this.lanes = lanes;
        this.lines = lines;
        this.told = told;
        this.settled = settled;
        this.relay = relay;
    }

    /** What the lanes of this host run, as of the last transaction. */
    Map<JobId, Claim> held() {
        return held;
    }

    /** A transaction is on disk. */
    void committed(Tx tx) {
        held = Map.copyOf(tx.held());
    }

    /** The others have given this host up: whatever its lanes still run is run elsewhere. */
    void dropAll() {
        held.values().forEach(claim -> claim.cancel().cancel());
        held = Map.of();
    }

    void laneState(Lane lane, LaneState state) {
        lanes.tell(lane, state);
    }

    List<Lane> inTurn(Collection<Lane> waiting) {
        return lanes.inTurn(waiting);
    }

    boolean runs(Tx tx, Lane lane) {
        return tx.held().values().stream().anyMatch(claim -> claim.lane() == lane);
    }

    /** Starts the lane's next job there; empty when there is none. */
    Optional<Claim> claim(Tx tx, Lane lane) {
        while (true) {
            Optional<Pick<JobRow>> pick = lanes.next(lane, tx.held().values());
            if (pick.isEmpty()) {
                return Optional.empty();
            }
            JobRow job = pick.get().job();
            lines.changed();
            if (job.isPastDeadline(tx.now())) {
                endings.expired(tx, job);
                continue;
            }
            Optional<byte[]> input = JobTable.start(tx.handle(), job, tx.now(), lane, tx.host());
            if (input.isEmpty()) {
                throw new IllegalStateException(job.id() + " has moved though it was locked, or has no input");
            }
            return Optional.of(
                    started(tx, pick.get(), lane, StoredText.read(Body.textOf(input.get()), StoredInput.class)));
        }
    }

    private Claim started(Tx tx, Pick<JobRow> pick, Lane lane, StoredInput input) {
        JobRow row = pick.job();
        JobRow started = new RowChange(row).started(tx.now(), lane, tx.host()).row();
        Claim claim = new Claim(
                row.id(),
                started.attempt(),
                lane,
                pick.reason(),
                row.request(input),
                row.createdAt(),
                row.deadlineAt(),
                true,
                Claim.waitMs(row.createdAt(), tx.now()),
                new CancelSignal());
        tx.record(row.id(), new Change.Started(claim.attempt(), lane, pick.reason()));
        tx.moved(row, started);
        tx.routed(pick.reason());
        tx.held().put(row.id(), claim);
        boolean isMain = lanes.isMain(lane);
        told.observer(tx, it -> it.started(told.step(tx, started), pick.reason(), isMain));
        told.watchers(tx, started.open(input.metadata()));
        return claim;
    }

    Finish finish(Tx tx, Claim claim, Outcome outcome) {
        return ours(
                tx, claim, row -> endings.ran(tx, row, outcome, claim.request().metadata()));
    }

    Finish recover(Tx tx, Claim claim, GivenUp how, String reason) {
        return ours(tx, claim, row -> {
            recover(tx, row, how, reason);
            return true;
        });
    }

    /** The lane does not take a prompt of so many tokens. */
    Finish tooLong(Tx tx, Claim claim, int promptTokens) {
        return ours(tx, claim, row -> {
            tooLong(tx, row, promptTokens);
            return true;
        });
    }

    /** Does that to the job, if this claim still holds it, here and in the store. */
    private Finish ours(Tx tx, Claim claim, Predicate<JobRow> change) {
        Claim holder = tx.held().get(claim.id());
        if (holder == null || holder.attempt() != claim.attempt()) {
            return Finish.FENCED;
        }
        tx.held().remove(claim.id());
        relay.askers(claim.id()).forEach(tx::tell);
        Optional<JobRow> row = JobTable.lock(tx.handle(), claim.id())
                .filter(found ->
                        found.attempt() == claim.attempt() && found.host().equals(OptionalInt.of(tx.host())))
                .filter(found -> found.state() == JobState.RUNNING);
        return row.isPresent() && change.test(row.get()) ? Finish.RECORDED : Finish.FENCED;
    }

    private void tooLong(Tx tx, JobRow row, int promptTokens) {
        OptionalInt most = lanes.promptTokensMax(row.device());
        if (row.cancelAsked()) {
            endings.unheld(tx, row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it ran"));
        } else if (most.isPresent() && promptTokens > most.getAsInt()) {
            endings.unheld(tx, row, new JobError(ErrorCode.PROMPT_TOO_LONG, PromptLengths.tooLong(promptTokens, most)));
        } else if (row.promptTokens() > 0 && row.attemptsCounted() >= Limits.ATTEMPTS_MAX) {
            endings.unheld(tx, row, exhausted("no lane took a prompt of " + promptTokens + " tokens"));
        } else {
            record(
                    tx,
                    row,
                    new Change.Recovered(
                            row.attempt(), "the prompt is too long for it", null, null, promptTokens, null));
        }
    }

    /** Gives a job back that this transaction has locked. */
    void recover(Tx tx, JobRow row, GivenUp how, String reason) {
        boolean engineLost = how == GivenUp.ENGINE_LOST;
        boolean unrun = how == GivenUp.UNRUN;
        int losses = engineLost ? row.losses() + 1 : 0;
        if (row.cancelAsked()) {
            endings.unheld(tx, row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it ran"));
        } else if (losses >= Limits.ENGINE_LOSSES_MAX) {
            endings.unheld(
                    tx, row, exhausted("the job took its engine down " + losses + " times in a row; last: " + reason));
        } else if (!unrun && row.attemptsCounted() >= Limits.ATTEMPTS_MAX) {
            endings.unheld(
                    tx,
                    row,
                    exhausted("the job was started " + row.attemptsCounted() + " times and never ended; last: "
                            + reason));
        } else {
            record(
                    tx,
                    row,
                    new Change.Recovered(
                            row.attempt(),
                            reason,
                            engineLost ? true : null,
                            engineLost ? tx.now().plus(BACK_OFF) : null,
                            null,
                            unrun ? true : null));
        }
    }

    private void record(Tx tx, JobRow row, Change.Recovered change) {
        JobRow waits = new RowChange(row).recovered(change).row();
        if (JobTable.recover(tx.handle(), waits) != 1) {
            throw new IllegalStateException(row.id() + " has moved though it was locked");
        }
        lines.changed();
        tx.record(row.id(), change);
        tx.moved(row, waits);
        told.observer(tx, it -> it.recovered(told.step(tx, waits), change.reason()));
        told.watchers(tx, waits.open(Settled.metadata(tx.handle(), row)));
    }

    private static JobError exhausted(String message) {
        return new JobError(ErrorCode.ATTEMPTS_EXHAUSTED, message);
    }

    Cancellation cancel(Tx tx, JobId id) {
        Optional<JobRow> found = JobTable.lock(tx.handle(), id);
        if (found.isEmpty()) {
            return new Cancellation.Unknown();
        }
        JobRow row = found.get();
        return switch (row.state()) {
            case QUEUED -> {
                lines.changed();
                yield new Cancellation.Known(endings.unheld(
                        tx, row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it waited")));
            }
            case RUNNING -> new Cancellation.Known(cancelRunning(tx, row));
            default -> new Cancellation.Known(settled.ended(tx.handle(), row, tx.now()));
        };
    }

    /** Its host stops it at its next token. */
    private static Job cancelRunning(Tx tx, JobRow row) {
        if (!row.cancelAsked()) {
            int unused = JobTable.askCancel(tx.handle(), row.id());
            tx.record(row.id(), new Change.CancelAsked());
        }
        Claim claim = tx.held().get(row.id());
        if (claim != null) {
            tx.afterCommit(claim.cancel()::cancel);
        } else {
            tx.tell(row.host().orElseThrow());
        }
        return row.open(Settled.metadata(tx.handle(), row));
    }
}
