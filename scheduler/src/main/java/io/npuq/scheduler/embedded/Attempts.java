package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.common.Feed;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Pick;
import io.npuq.scheduler.common.PromptLengths;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** How jobs are handed out and come back. On the writer's thread; each answer is given once the batch is on disk. */
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

    private final Ledger ledger;
    private final Inputs inputs;
    private final JobFiles files;
    private final SteadyClock clock;
    private final Endings endings;
    private final Feed feed;
    private final Lanes<JobRow> lanes;
    private final Ahead ahead;

    /** What the lanes run, by the job's key in the index. */
    private final Map<JobId, Claim> held = new HashMap<>();

    Attempts(
            Ledger ledger,
            Inputs inputs,
            JobFiles files,
            SteadyClock clock,
            Endings endings,
            Feed feed,
            Lanes<JobRow> lanes,
            Ahead ahead) {
        this.ledger = ledger;
        this.inputs = inputs;
        this.files = files;
        this.clock = clock;
        this.endings = endings;
        this.feed = feed;
        this.lanes = lanes;
        this.ahead = ahead;
    }

    /** A lane tells how it is. */
    void laneState(Lane lane, LaneState state) {
        lanes.tell(lane, state);
    }

    /** Those lanes as they are served. */
    List<Lane> inTurn(Collection<Lane> waiting) {
        return lanes.inTurn(waiting);
    }

    /** Whether jobs wait that time alone may let another lane take. */
    boolean anyMayStart() {
        return !ledger.index().isPaused() && ledger.index().look().anyInLine();
    }

    /**
     * Starts the lane's next job there; false when there is none, or nothing may start.
     *
     * @param mayRun whether the lane may be running one: then it is the main lane alone that gets another, to hold
     */
    boolean claim(Lane lane, boolean mayRun, Consumer<Claim> answer) throws IOException {
        while (!ledger.index().isPaused()) {
            boolean holds = mayRun && runs(lane);
            boolean may = !holds || lanes.isMain(lane);
            Optional<Pick<JobRow>> pick = may ? lanes.next(lane, held.values()) : Optional.empty();
            if (pick.isEmpty()) {
                return false;
            }
            JobRow job = pick.get().job();
            if (!waits(job.id())) {
                continue;
            }
            if (job.isPastDeadline(clock.now())) {
                // It came back in this very batch, after the batch looked at deadlines.
                endings.expired(job);
                continue;
            }
            Optional<StoredInput> input = inputs.of(job);
            if (input.isPresent()) {
                Instant now = clock.now();
                Claim claim = claim(pick.get(), lane, input.get(), now, !holds);
                if (holds) {
                    hold(claim, now);
                } else {
                    start(claim, now);
                }
                ledger.afterCommit(() -> answer.accept(claim));
                return true;
            }
            endings.unheld(
                    job, new JobError(ErrorCode.GENERATION_FAILED, "the job could not be started; submit it again"));
        }
        return false;
    }

    /** Takes back what is held, unless it is what the lane would be given now, and may be. */
    void review() throws IOException {
        noteBegun();
        Optional<Claim> claim = ahead.held();
        if (claim.isPresent() && !isNext(claim.get())) {
            takeBack();
        }
    }

    private boolean isNext(Claim claim) {
        return !ledger.index().isPaused()
                && lanes.isMain(claim.lane())
                && lanes.next(claim.lane(), held.values())
                        .filter(pick -> pick.job().id().equals(claim.id()))
                        .isPresent();
    }

    /** Takes back what that lane holds. */
    void takeBack(Lane lane) throws IOException {
        if (ahead.holdsFor(lane)) {
            takeBack();
        }
    }

    /** Takes back what is held; where its lane has begun it, that is on record now. */
    void takeBack() throws IOException {
        ahead.takeBack();
        noteBegun();
    }

    /** Records the start of what was held, where its lane has begun it by now. */
    void noteBegun() throws IOException {
        Optional<Ahead.Begun> begun = ahead.takeBegun();
        if (begun.isPresent()) {
            start(begun.get().claim(), begun.get().at());
        }
    }

    /** Ends a job whose deadline has come while it waits. */
    void expire(JobRow row) throws IOException {
        if (waits(row.id())) {
            endings.expired(row);
        }
    }

    /** Whether the job in line waits: where it was held, it was taken back now, unless its lane has begun it. */
    private boolean waits(JobId job) throws IOException {
        if (ahead.holds(job)) {
            takeBack();
        }
        return !held.containsKey(job);
    }

    void finish(Claim claim, Outcome outcome, Optional<Body> output, Consumer<Finish> answer) throws IOException {
        boolean ours = release(claim);
        if (ours) {
            endings.ran(row(claim.id()), outcome, output, claim.request().metadata());
        }
        answer(ours, answer);
    }

    void recover(Claim claim, GivenUp how, String reason, Consumer<Finish> answer) throws IOException {
        boolean ours = release(claim);
        if (ours) {
            recover(row(claim.id()), how, reason);
        }
        answer(ours, answer);
    }

    /** The lane does not take a prompt of so many tokens. */
    void tooLong(Claim claim, int promptTokens, Consumer<Finish> answer) throws IOException {
        boolean ours = release(claim);
        if (ours) {
            tooLong(row(claim.id()), promptTokens);
        }
        answer(ours, answer);
    }

    private void tooLong(JobRow row, int promptTokens) throws IOException {
        OptionalInt most = lanes.promptTokensMax(row.device());
        if (row.cancelAsked()) {
            endings.unheld(row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it ran"));
        } else if (most.isPresent() && promptTokens > most.getAsInt()) {
            endings.unheld(row, new JobError(ErrorCode.PROMPT_TOO_LONG, PromptLengths.tooLong(promptTokens, most)));
        } else if (row.promptTokens() > 0 && row.attemptsCounted() >= Limits.ATTEMPTS_MAX) {
            endings.unheld(row, exhausted("no lane took a prompt of " + promptTokens + " tokens"));
        } else {
            record(
                    row,
                    new Change.Recovered(
                            row.attempt(), "the prompt is too long for it", null, null, promptTokens, null));
        }
    }

    void cancel(JobId id, Consumer<Cancellation> answer) throws IOException {
        boolean unused = waits(id);
        Optional<JobRow> found = ledger.index().look().find(id);
        if (found.isEmpty()) {
            ledger.afterCommit(() -> answer.accept(new Cancellation.Unknown()));
            return;
        }
        JobRow row = found.get();
        Claim claim = held.get(id);
        if (claim != null) {
            cancelRunning(row, claim, answer);
        } else if (row.state().isFinal()) {
            // Read then, and not now: it may have ended in a batch that is under way.
            ledger.afterCommit(() -> answer.accept(new Cancellation.Known(ended(row))));
        } else {
            Job ended = endings.unheld(row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it waited"));
            ledger.afterCommit(() -> answer.accept(new Cancellation.Known(ended)));
        }
    }

    /** An answer that is damaged on disk is the reader's trouble, who is told so; it must not stop the queue. */
    private Job ended(JobRow row) {
        try {
            return files.ended(row);
        } catch (JournalDamagedException e) {
            return Jobs.open(row, Map.of(), Optional.empty(), Optional.empty());
        }
    }

    /** Gives back what ran when the process before this one ended; how many. */
    int recoverAll() throws IOException {
        List<JobRow> rows = ledger.index().look().running();
        for (JobRow row : rows) {
            recover(row, GivenUp.STOPPED, "npuq stopped while the job ran");
        }
        return rows.size();
    }

    private static Claim claim(Pick<JobRow> pick, Lane lane, StoredInput input, Instant now, boolean begun) {
        JobRow row = pick.job();
        return new Claim(
                row.id(),
                row.attempt() + 1,
                lane,
                pick.reason(),
                Inputs.request(row, input),
                row.createdAt(),
                row.deadlineAt(),
                begun,
                Claim.waitMs(row.createdAt(), now),
                new CancelSignal());
    }

    private void start(Claim claim, Instant at) throws IOException {
        JobRow started =
                ledger.record(at, claim.id(), new Change.Started(claim.attempt(), claim.lane(), claim.routeReason()));
        held.put(claim.id(), claim);
        ledger.afterCommit(
                () -> tell(Jobs.open(started, claim.request().metadata(), Optional.empty(), Optional.empty())));
    }

    private void hold(Claim claim, Instant at) throws IOException {
        takeBack();
        ledger.record(at, claim.id(), new Change.Held(claim.attempt(), claim.lane(), claim.routeReason()));
        ahead.hold(claim);
    }

    private boolean runs(Lane lane) {
        return held.values().stream().anyMatch(claim -> claim.lane() == lane);
    }

    /** Takes the job from that claim; false when the claim does not hold it any more. */
    private boolean release(Claim claim) {
        Claim holder = held.get(claim.id());
        if (holder == null || holder.attempt() != claim.attempt()) {
            return false;
        }
        held.remove(claim.id());
        return true;
    }

    private void recover(JobRow row, GivenUp how, String reason) throws IOException {
        boolean engineLost = how == GivenUp.ENGINE_LOST;
        boolean unrun = how == GivenUp.UNRUN;
        int losses = engineLost ? row.losses() + 1 : 0;
        if (row.cancelAsked()) {
            endings.unheld(row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it ran"));
        } else if (losses >= Limits.ENGINE_LOSSES_MAX) {
            endings.unheld(
                    row, exhausted("the job took its engine down " + losses + " times in a row; last: " + reason));
        } else if (!unrun && row.attemptsCounted() >= Limits.ATTEMPTS_MAX) {
            endings.unheld(
                    row,
                    exhausted("the job was started " + row.attemptsCounted() + " times and never ended; last: "
                            + reason));
        } else {
            record(
                    row,
                    new Change.Recovered(
                            row.attempt(),
                            reason,
                            engineLost ? true : null,
                            engineLost ? clock.now().plus(BACK_OFF) : null,
                            null,
                            unrun ? true : null));
        }
    }

    private void record(JobRow row, Change.Recovered change) throws IOException {
        JobRow queued = ledger.record(clock.now(), row.id(), change);
        Job seen = Jobs.open(queued, inputs.metadata(queued), Optional.empty(), Optional.empty());
        ledger.afterCommit(() -> tell(seen));
    }

    private static JobError exhausted(String message) {
        return new JobError(ErrorCode.ATTEMPTS_EXHAUSTED, message);
    }

    private void cancelRunning(JobRow row, Claim claim, Consumer<Cancellation> answer) throws IOException {
        if (!row.cancelAsked()) {
            ledger.record(clock.now(), row.id(), new Change.CancelAsked());
        }
        Job seen = Jobs.open(row, claim.request().metadata(), Optional.empty(), Optional.empty());
        ledger.afterCommit(() -> {
            claim.cancel().cancel();
            answer.accept(new Cancellation.Known(seen));
        });
    }

    private void answer(boolean ours, Consumer<Finish> answer) {
        ledger.afterCommit(() -> answer.accept(ours ? Finish.RECORDED : Finish.FENCED));
    }

    private JobRow row(JobId id) {
        return ledger.index().look().find(id).orElseThrow(() -> new IllegalStateException(id + " is not in the index"));
    }

    private void tell(Job job) {
        feed.changed(job.id(), new JobEvent.StateChanged(job));
    }
}
