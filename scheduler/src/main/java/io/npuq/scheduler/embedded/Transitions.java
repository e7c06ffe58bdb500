package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every way in which a job changes its state. Only the writer's thread comes here, so a decision and its record are never apart. Each
 * answer is given once the batch is on disk.
 */
final class Transitions {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int OUTPUTS_A_SWEEP = 100;

    private final Ledger ledger;
    private final JobFiles files;
    private final SteadyClock clock;
    private final boolean keepInputs;
    private final Duration resultRetention;
    private final Admission admission;
    private final Counters counters;
    private final ServiceRate rate;
    private final Feed feed;

    private final Map<JobId, RunningJob> running = new HashMap<>();

    /** Inputs of this batch: not yet in the file that they will be read from. */
    private final Map<JobId, Input> staged = new HashMap<>();

    Transitions(
            Ledger ledger, JobFiles files, SteadyClock clock, QueueConfig config, Admission admission, Totals totals) {
        this.ledger = ledger;
        this.files = files;
        this.clock = clock;
        this.keepInputs = config.keepInputs();
        this.resultRetention = config.resultRetention();
        this.admission = admission;
        this.counters = totals.counters();
        this.rate = totals.rate();
        this.feed = totals.feed();
    }

    /** A job's text and where it lies. */
    private record Input(BodyRef ref, StoredInput text) {}

    void submit(JobRequest request, Body input, Consumer<Submission> answer) throws IOException {
        Instant now = clock.now();
        Optional<Submission.Refused> refused = admission.refusal(now);
        if (refused.isPresent()) {
            ledger.afterCommit(() -> answer.accept(refused.get()));
            return;
        }
        BodyRef ref = ledger.stage(input);
        JobRow row = ledger.open(now, submitted(request, now, ref));
        staged.put(row.id(), new Input(ref, StoredInput.from(request)));
        counters.added(request.priority());
        Job job = Jobs.open(row, request.metadata(), Optional.empty(), Optional.empty());
        ledger.afterCommit(() -> answer.accept(new Submission.Accepted(job)));
    }

    /** Starts the first queued job on the lane; false when nothing is queued. */
    boolean claim(Lane lane, Consumer<Claim> answer) throws IOException {
        for (Optional<JobRow> first = index().nextQueued(); first.isPresent(); first = index().nextQueued()) {
            JobRow row = first.get();
            Optional<Input> input = input(row);
            if (input.isPresent()) {
                start(row, lane, input.get(), answer);
                return true;
            }
            endDamaged(row);
        }
        return false;
    }

    void finish(Claim claim, Outcome outcome, Optional<Body> output, Consumer<Finish> answer) throws IOException {
        Optional<RunningJob> ours = release(claim);
        if (ours.isPresent()) {
            RunningJob job = ours.get();
            end(
                    job.row(),
                    Optional.of(job.input()),
                    outcome,
                    output,
                    claim.request().metadata());
        }
        ledger.afterCommit(() -> answer.accept(ours.isPresent() ? Finish.RECORDED : Finish.FENCED));
    }

    void recover(Claim claim, String reason, Consumer<Finish> answer) throws IOException {
        Optional<RunningJob> ours = release(claim);
        if (ours.isPresent()) {
            giveBack(ours.get().row(), ours.get().cancelAsked(), reason);
        }
        ledger.afterCommit(() -> answer.accept(ours.isPresent() ? Finish.RECORDED : Finish.FENCED));
    }

    void cancel(JobId id, Consumer<Cancellation> answer) throws IOException {
        RunningJob job = running.get(id);
        if (job != null) {
            cancelRunning(job, answer);
            return;
        }
        Optional<JobRow> found = index().find(id);
        if (found.isEmpty()) {
            ledger.afterCommit(() -> answer.accept(new Cancellation.Unknown()));
            return;
        }
        JobRow row = found.get();
        if (row.state().isFinal()) {
            ledger.afterCommit(() -> answer.accept(new Cancellation.Known(files.ended(row, keptSince()))));
            return;
        }
        Job ended = endQueued(row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it waited"));
        ledger.afterCommit(() -> answer.accept(new Cancellation.Known(ended)));
    }

    /** Ends every queued job whose deadline has passed. */
    void expireDue() throws IOException {
        Instant now = clock.now();
        for (Optional<JobIndex.Due> first = passed(now); first.isPresent(); first = passed(now)) {
            long seq = first.get().seq();
            JobRow row = index().bySeq(seq)
                    .orElseThrow(() -> new IllegalStateException("a deadline of no job, entry " + seq));
            endQueued(row, new JobError(ErrorCode.EXPIRED, "the job's deadline passed while it waited"));
        }
    }

    /** Lets answers go whose time is over, a bounded number at once. */
    void eraseOldOutputs() throws IOException {
        Instant before = keptSince();
        for (int i = 0; i < OUTPUTS_A_SWEEP; i++) {
            Optional<JobIndex.Due> oldest =
                    index().firstKeptOutput().filter(due -> due.at().isBefore(before));
            if (oldest.isEmpty()) {
                return;
            }
            JobRow row = index().bySeq(oldest.get().seq()).orElseThrow();
            ledger.record(clock.now(), row.id(), new Change.AnswerErased());
            index().forgetOutput(oldest.get());
            ledger.afterCommit(() -> eraseOutput(row));
        }
    }

    private void eraseOutput(JobRow row) {
        try {
            files.eraseOutput(row);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot erase the answer of " + row.id(), e);
        }
    }

    /** Answers of jobs that ended before are erased. */
    private Instant keptSince() {
        return clock.now().minus(resultRetention);
    }

    private Optional<JobIndex.Due> passed(Instant now) {
        return index().firstDeadline().filter(deadline -> !deadline.at().isAfter(now));
    }

    /** How long until the next deadline of a queued job; empty when none has one. */
    Optional<Duration> untilNextDeadline() {
        return index().firstDeadline().map(deadline -> Duration.between(clock.now(), deadline.at()));
    }

    /** Gives back what ran when the process before this one ended; how many. */
    int recoverAll() throws IOException {
        var rows = index().inState(JobState.RUNNING);
        try {
            for (JobRow row : rows) {
                giveBack(row, row.cancelAsked(), "npuq stopped while the job ran");
            }
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        return rows.size();
    }

    void commit() throws IOException {
        ledger.commit();
        staged.clear();
    }

    private void start(JobRow row, Lane lane, Input input, Consumer<Claim> answer) throws IOException {
        Instant now = clock.now();
        JobRow started = row.started(lane, now);
        ledger.record(now, row.id(), new Change.Started(started.attempt(), lane));
        counters.moved(JobState.QUEUED, JobState.RUNNING, row.priority());
        Claim claim = new Claim(
                row.id(),
                started.attempt(),
                lane,
                request(row, input.text()),
                row.createdAt(),
                row.deadlineAt(),
                Duration.between(row.createdAt(), now).toNanos() / NANOS_PER_MILLI,
                new CancelSignal());
        running.put(row.id(), new RunningJob(started, claim, input.ref(), false));
        ledger.afterCommit(() -> {
            tell(Jobs.open(started, claim.request().metadata(), Optional.empty(), Optional.empty()));
            answer.accept(claim);
        });
    }

    /** The job, if this claim still holds it; it is held no more. */
    private Optional<RunningJob> release(Claim claim) {
        RunningJob job = running.get(claim.id());
        if (job == null || job.claim().attempt() != claim.attempt()) {
            return Optional.empty();
        }
        running.remove(claim.id());
        return Optional.of(job);
    }

    private void giveBack(JobRow row, boolean cancelAsked, String reason) throws IOException {
        if (cancelAsked) {
            endQueued(row, new JobError(ErrorCode.CANCELLED, "the job was cancelled while it ran"));
        } else if (row.attempt() >= Limits.ATTEMPTS_MAX) {
            endQueued(
                    row,
                    new JobError(
                            ErrorCode.ATTEMPTS_EXHAUSTED,
                            "the job was started " + row.attempt() + " times and never ended; last: " + reason));
        } else {
            ledger.record(clock.now(), row.id(), new Change.Recovered(row.attempt(), reason));
            counters.moved(JobState.RUNNING, JobState.QUEUED, row.priority());
            JobRow queued = row.recovered();
            ledger.afterCommit(() -> tell(Jobs.open(queued, Map.of(), Optional.empty(), Optional.empty())));
        }
    }

    private void cancelRunning(RunningJob job, Consumer<Cancellation> answer) throws IOException {
        if (!job.cancelAsked()) {
            ledger.record(clock.now(), job.row().id(), new Change.CancelAsked());
            running.put(job.row().id(), job.withCancelAsked());
        }
        Job seen = Jobs.open(job.row(), job.claim().request().metadata(), Optional.empty(), Optional.empty());
        ledger.afterCommit(() -> {
            job.claim().cancel().cancel();
            answer.accept(new Cancellation.Known(seen));
        });
    }

    private void endDamaged(JobRow row) throws IOException {
        JobError error = new JobError(
                ErrorCode.GENERATION_FAILED, "the job's input on disk is not what was written there; submit it again");
        end(row, Optional.empty(), new Outcome.Failed(error, Optional.empty()), Optional.empty(), Map.of());
    }

    /** Ends a job that no lane holds. */
    private Job endQueued(JobRow row, JobError error) throws IOException {
        Optional<Input> input = input(row);
        Map<String, String> metadata = input.map(i -> i.text().metadata()).orElse(Map.of());
        Outcome outcome = error.code() == ErrorCode.ATTEMPTS_EXHAUSTED
                ? new Outcome.Failed(error, Optional.empty())
                : new Outcome.Stopped(error, Optional.empty(), Optional.empty());
        return end(row, input.map(Input::ref), outcome, StoredOutput.body(Optional.empty(), metadata), metadata);
    }

    private Job end(
            JobRow row, Optional<BodyRef> input, Outcome outcome, Optional<Body> output, Map<String, String> metadata)
            throws IOException {
        Instant now = clock.now();
        BodyRef outputRef = output.isPresent() ? ledger.stage(output.get()) : null;
        ledger.record(
                now,
                row.id(),
                new Change.Ended(
                        outcome.state(),
                        row.attempt(),
                        outcome.error().orElse(null),
                        outcome.evidence().orElse(null),
                        outputRef));
        counters.moved(row.state(), outcome.state(), row.priority());
        if (row.attempt() > 0) {
            rate.ended(now);
        }
        if (!keepInputs) {
            input.ifPresent(ref -> ledger.eraseAfterCommit(row, ref));
        }
        Jobs.End end =
                new Jobs.End(outcome.state(), Optional.of(now), outcome.result(), outcome.error(), outcome.evidence());
        Job job = Jobs.ended(row, end, metadata);
        ledger.afterCommit(() -> tell(job));
        return job;
    }

    /** The job's text, of this batch or from disk; empty when what lies there is damaged. */
    private Optional<Input> input(JobRow row) {
        Input fresh = staged.get(row.id());
        if (fresh != null) {
            return Optional.of(fresh);
        }
        try {
            BodyRef ref = files.inputRef(row);
            return files.input(row).map(text -> new Input(ref, text));
        } catch (JournalDamagedException e) {
            return Optional.empty();
        }
    }

    private JobIndex index() {
        return ledger.index();
    }

    private void tell(Job job) {
        feed.tell(job.id(), new JobEvent.StateChanged(job));
    }

    private static Change.Submitted submitted(JobRequest request, Instant now, BodyRef input) {
        return new Change.Submitted(
                request.kind(),
                request.priority(),
                request.device(),
                request.maxNewTokens(),
                request.input().chars(),
                Order.due(now, request.priority()),
                request.deadline().map(now::plus).orElse(null),
                input);
    }

    private static JobRequest request(JobRow row, StoredInput text) {
        return new JobRequest(
                row.kind(),
                text.input(),
                row.maxNewTokens(),
                row.priority(),
                row.deadlineAt().map(at -> Duration.between(row.createdAt(), at)),
                row.device(),
                text.sampling(),
                text.metadata());
    }
}
