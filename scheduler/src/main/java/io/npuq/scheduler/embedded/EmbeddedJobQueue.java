package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobLog;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.common.Prepared;
import io.npuq.scheduler.common.StoredOutput;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.index.QueueCounts;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The queue in one directory. {@link Opening} makes it ready; the {@link Writer} changes it; {@link Readers} look into it. */
public final class EmbeddedJobQueue implements JobQueue {
    private final Opened parts;
    private final QueueConfig config;
    private final Backups backups;
    private final JobEntries entries;

    EmbeddedJobQueue(Opened parts, QueueConfig config) {
        this.parts = parts;
        this.config = config;
        this.backups = new Backups(parts);
        this.entries = new JobEntries(config.dataDir());
    }

    /**
     * Opens the queue in its directory, and recovers what was running.
     *
     * @param config where, and how much
     * @param clock the wall clock
     * @param ticker a monotonic clock in nanoseconds
     * @param fatal told once, on the writer's thread, when nobody knows any more what is on disk: the process must end
     * @throws io.npuq.scheduler.QueueUnavailableException saying what is wrong with the directory and what to do
     */
    public static EmbeddedJobQueue open(
            QueueConfig config, Clock clock, LongSupplier ticker, Consumer<Throwable> fatal) {
        return open(config, clock, ticker, fatal, QueueObserver.NONE);
    }

    /**
     * The same, observed.
     *
     * @param observer told what is recorded from here on, of the recovery too
     */
    public static EmbeddedJobQueue open(
            QueueConfig config, Clock clock, LongSupplier ticker, Consumer<Throwable> fatal, QueueObserver observer) {
        return new EmbeddedJobQueue(
                new Opening(config, new SteadyClock(clock, ticker), fatal, observer).open(), config);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        return submitWatched(request, sender, id -> Watch.NONE);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return submitWatched(request, sender, id -> watch(id, listener));
    }

    private CompletionStage<Submission> submitWatched(
            JobRequest request, Sender sender, Function<JobId, Watch> watching) {
        Prepared prepared = Prepared.of(request, sender);
        CompletableFuture<OptionalInt> counting =
                parts.lanes().promptTokens(request).toCompletableFuture();
        if (counting.isDone()) {
            return submit(prepared.counted(counting.join()), watching);
        }
        CompletableFuture<Submission> answer = new CompletableFuture<>();
        CompletionStage<?> unused = counting.thenCompose(tokens -> submit(prepared.counted(tokens), watching)
                .whenComplete((submission, failure) -> {
                    if (failure == null) {
                        answer.complete(submission);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
        return answer;
    }

    private CompletionStage<Submission> submit(Prepared prepared, Function<JobId, Watch> watching) {
        return parts.writer().call(answer -> parts.intake().submit(prepared, watching, answer));
    }

    @Override
    public CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome) {
        Prepared prepared = Prepared.of(request, sender);
        Intake.Answered answered =
                new Intake.Answered(outcome, StoredOutput.body(outcome.result(), request.metadata()));
        return parts.writer().call(answer -> parts.intake().submit(prepared, answered, answer));
    }

    @Override
    public CompletionStage<Retry> retry(JobId failed, Sender sender) {
        return parts.writer().call(answer -> parts.intake().retry(failed, sender, answer));
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        return parts.writer().take(lane, false);
    }

    @Override
    public CompletionStage<Optional<Claim>> takeAhead(Lane lane) {
        return parts.writer().take(lane, true);
    }

    @Override
    public Optional<Claim> begin(Claim claim) {
        return claim.begun() ? Optional.of(claim) : parts.ahead().begin(claim).filter(begun -> isNoted());
    }

    /** Has the start recorded; false when the queue is closed, and nothing begins any more. */
    private boolean isNoted() {
        CompletionStage<Boolean> noted = parts.writer().call(answer -> {
            parts.attempts().noteBegun();
            answer.accept(true);
        });
        return !noted.toCompletableFuture().isCompletedExceptionally();
    }

    @Override
    public void laneState(Lane lane, LaneState state) {
        CompletionStage<Boolean> told = parts.writer().call(answer -> {
            parts.attempts().laneState(lane, state);
            answer.accept(true);
        });
        // Nobody takes from a closed queue.
        told.exceptionally(closed -> false);
    }

    @Override
    public void stopTaking(Lane lane) {
        parts.writer().stopTaking(lane);
    }

    @Override
    public void stopAccepting() {
        parts.admission().stop();
    }

    @Override
    public CompletionStage<Void> pause(QueueScope scope) {
        return parts.writer().<Boolean>call(parts.modes()::pause).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> drain(QueueScope scope) {
        return parts.writer().<Boolean>call(parts.modes()::drain).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> resume(QueueScope scope) {
        return parts.writer().<Boolean>call(parts.modes()::resume).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        Optional<Body> output =
                StoredOutput.body(outcome.result(), claim.request().metadata());
        return parts.writer().call(answer -> parts.attempts().finish(claim, outcome, output, answer));
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return parts.writer()
                .call(answer -> parts.attempts().recover(claim, Attempts.GivenUp.ENGINE_LOST, reason, answer));
    }

    @Override
    public CompletionStage<Finish> giveBack(Claim claim, String reason) {
        return parts.writer().call(answer -> parts.attempts().recover(claim, Attempts.GivenUp.STOPPED, reason, answer));
    }

    @Override
    public CompletionStage<Finish> giveBackUnrun(Claim claim, String reason) {
        return parts.writer().call(answer -> parts.attempts().recover(claim, Attempts.GivenUp.UNRUN, reason, answer));
    }

    @Override
    public CompletionStage<Finish> tooLong(Claim claim, int promptTokens) {
        return parts.writer().call(answer -> parts.attempts().tooLong(claim, promptTokens, answer));
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return parts.writer().call(answer -> parts.attempts().cancel(id, answer));
    }

    @Override
    public CompletionStage<Erasure> erase(JobId id) {
        return parts.writer().call(answer -> parts.upkeep().erase(id, answer));
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        return parts.readers()
                .read(() -> parts.readers().row(look -> look.find(id)).map(this::settled));
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return parts.readers().read(() -> new Listing(parts.readers(), this::listed).page(query));
    }

    @Override
    public CompletionStage<List<Job>> nearestDeadlines(int most) {
        return parts.readers()
                .read(() -> parts.readers().rows(look -> look.nearestDeadlines(most)).stream()
                        .filter(row -> row.state() == JobState.QUEUED)
                        .map(row -> queued(row, Map.of()))
                        .toList());
    }

    @Override
    public CompletionStage<Optional<JobLog>> log(JobId id) {
        return parts.readers()
                .read(() -> parts.readers().row(look -> look.find(id)))
                .thenCompose(row -> row.isEmpty()
                        ? CompletableFuture.completedStage(Optional.empty())
                        : entries.of(row.get()).thenApply(Optional::of));
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        return parts.feed().watch(id, listener);
    }

    @Override
    public void progress(Claim claim, String text) {
        parts.feed().made(claim.id(), new JobEvent.Progress(claim.attempt(), text));
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        return parts.readers().read(() -> {
            JobIndex index = parts.stores().index().index();
            QueueCounts counts = index.counts();
            return new QueueStatus(
                    counts.byState(),
                    counts.queuedByPriority(),
                    parts.lanes().waiting(),
                    parts.readers().row(IndexLook::oldestQueued).map(JobRow::createdAt),
                    parts.pace().perSecond(parts.clock().now()),
                    parts.readers().rows(IndexLook::running).stream()
                            .map(EmbeddedJobQueue::running)
                            .toList(),
                    parts.lanes().states(),
                    counts.routed(),
                    config.queuedJobsMax(),
                    counts.queuedBytes(),
                    index.isPaused(),
                    parts.admission().isDraining(),
                    parts.checkpoints().trouble());
        });
    }

    @Override
    public CompletionStage<Optional<Backup>> backup() {
        return backups.begin();
    }

    /** Whether opening had to build the index again from the journal. */
    public boolean rebuiltIndex() {
        return parts.rebuiltIndex();
    }

    @Override
    public void close() {
        entries.close();
        parts.close();
    }

    /** A text may be erased between the look at the row and the look at the text: then the row has changed, and is read again. */
    private Job settled(JobRow row) {
        try {
            return job(row);
        } catch (JournalDamagedException e) {
            JobRow now = parts.readers().row(look -> look.bySeq(row.seq())).orElseThrow();
            if (!now.equals(row)) {
                return settled(now);
            }
            if (row.state().isFinal()) {
                throw e;
            }
            // A job whose text, and its labels with it, cannot be read: a lane that comes to it will find so, and fail
            // it.
            return Jobs.open(row, Map.of(), Optional.empty(), Optional.empty());
        }
    }

    /** One text that is damaged must not hide the other jobs. */
    private Job listed(JobRow row) {
        try {
            return withoutResult(settled(row));
        } catch (JournalDamagedException e) {
            return Jobs.open(row, Map.of(), Optional.empty(), Optional.empty());
        }
    }

    private Job job(JobRow row) {
        return switch (row.state()) {
            case QUEUED -> queued(row, parts.files().metadata(row));
            case RUNNING -> Jobs.open(row, parts.files().metadata(row), Optional.empty(), Optional.empty());
            default -> parts.files().ended(row);
        };
    }

    /** With its place in line, unless it is held back. */
    private Job queued(JobRow row, Map<String, String> metadata) {
        Optional<Long> position = parts.readers().estimate(look -> look.position(row));
        Optional<Long> etaMs =
                position.flatMap(jobs -> parts.pace().timeFor(jobs + 1)).map(Duration::toMillis);
        return Jobs.open(row, metadata, position, etaMs);
    }

    private static Job withoutResult(Job job) {
        return new Job(
                job.id(),
                job.kind(),
                job.state(),
                job.priority(),
                job.device(),
                job.maxNewTokens(),
                job.inputChars(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                job.deadlineAt(),
                job.attempt(),
                job.maxAttempts(),
                job.position(),
                job.etaMs(),
                Optional.empty(),
                job.error(),
                job.evidence(),
                job.metadata());
    }

    private static QueueStatus.Running running(JobRow row) {
        return new QueueStatus.Running(
                row.id(),
                row.kind(),
                row.priority(),
                row.lane().orElseThrow(),
                row.startedAt().orElseThrow(),
                row.attempt());
    }
}
