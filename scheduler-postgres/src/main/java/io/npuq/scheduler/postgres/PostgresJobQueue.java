package io.npuq.scheduler.postgres;

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
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.common.Prepared;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
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
import org.jdbi.v3.core.Handle;

/** The queue that many hosts share. {@link Opened} puts it together; the {@link Writer} changes it; {@link Readers} look into it. */
public final class PostgresJobQueue implements JobQueue {
    /** Entries of one job that are told at most: each attempt has two or three. */
    private static final int LOG_ENTRIES_MAX = 200;

    private final Opened parts;
    private final QueueConfig config;

    private PostgresJobQueue(Opened parts, QueueConfig config) {
        this.parts = parts;
        this.config = config;
    }

    /**
     * Takes part in the queue of that store, and gives back what this host ran when it stopped.
     *
     * @param config how much; its directory says who this host is
     * @param store where
     * @param version of this npuq, for the others to see
     * @param ticker a monotonic clock in nanoseconds
     * @param fatal told once, on the writer's thread, when the process must end
     * @param observer told what this host records from here on
     * @throws QueueUnavailableException saying what is wrong with the store or the directory, and what to do
     */
    public static PostgresJobQueue open(
            QueueConfig config,
            StoreConfig store,
            String version,
            LongSupplier ticker,
            Consumer<Throwable> fatal,
            QueueObserver observer) {
        return new PostgresJobQueue(Opened.open(config, store, version, ticker, fatal, observer), config);
    }

    /**
     * Looks whether that store could keep a queue; changes nothing there.
     *
     * @return what it is
     * @throws QueueUnavailableException saying what is wrong with it, and what to do
     */
    public static String probe(StoreConfig store) {
        return Database.probe(store);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        return submitWatched(request, sender, id -> Watch.NONE);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return submitWatched(request, sender, id -> parts.feed().watch(id, listener));
    }

    private CompletionStage<Submission> submitWatched(
            JobRequest request, Sender sender, Function<JobId, Watch> watching) {
        Prepared prepared = Prepared.of(request, sender);
        CompletableFuture<OptionalInt> counting =
                parts.lanes().promptTokens(request).toCompletableFuture();
        return counting.isDone()
                ? submit(prepared.counted(counting.join()), watching)
                : counting.thenCompose(tokens -> submit(prepared.counted(tokens), watching));
    }

    private CompletionStage<Submission> submit(Prepared prepared, Function<JobId, Watch> watching) {
        return parts.writer().enqueue(new Request.Submit(new Intake.Asked(prepared, null, null), watching));
    }

    @Override
    public CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome) {
        Intake.Asked asked = new Intake.Asked(Prepared.of(request, sender), outcome, null);
        return parts.writer().enqueue(new Request.Submit(asked, id -> Watch.NONE));
    }

    @Override
    public CompletionStage<Retry> retry(JobId failed, Sender sender) {
        return parts.writer().call(tx -> parts.intake().retry(tx, failed, sender));
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        return parts.writer().take(lane, false);
    }

    /** The next job, once the lane runs none: what is claimed is on disk, and so nothing has to be held in between. */
    @Override
    public CompletionStage<Optional<Claim>> takeAhead(Lane lane) {
        return parts.writer().take(lane, true);
    }

    @Override
    public Optional<Claim> begin(Claim claim) {
        return claim.begun() ? Optional.of(claim) : Optional.empty();
    }

    @Override
    public void laneState(Lane lane, LaneState state) {
        CompletionStage<Boolean> told = parts.writer().callWhenever(tx -> {
            parts.attempts().laneState(lane, state);
            return true;
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
        return parts.writer().call(tx -> parts.modes().pause(tx, scope)).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> drain(QueueScope scope) {
        return parts.writer().call(tx -> parts.modes().drain(tx, scope)).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> resume(QueueScope scope) {
        return parts.writer().call(tx -> parts.modes().resume(tx, scope)).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        return parts.writer().callWhenever(tx -> parts.attempts().finish(tx, claim, outcome));
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return back(claim, Attempts.GivenUp.ENGINE_LOST, reason);
    }

    @Override
    public CompletionStage<Finish> giveBack(Claim claim, String reason) {
        return back(claim, Attempts.GivenUp.STOPPED, reason);
    }

    @Override
    public CompletionStage<Finish> giveBackUnrun(Claim claim, String reason) {
        return back(claim, Attempts.GivenUp.UNRUN, reason);
    }

    private CompletionStage<Finish> back(Claim claim, Attempts.GivenUp how, String reason) {
        return parts.writer().callWhenever(tx -> parts.attempts().recover(tx, claim, how, reason));
    }

    @Override
    public CompletionStage<Finish> tooLong(Claim claim, int promptTokens) {
        return parts.writer().callWhenever(tx -> parts.attempts().tooLong(tx, claim, promptTokens));
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return parts.writer().call(tx -> parts.attempts().cancel(tx, id));
    }

    @Override
    public CompletionStage<Erasure> erase(JobId id) {
        return parts.writer().call(tx -> parts.upkeep().erase(tx, id));
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        return parts.readers().read(handle -> JobTable.find(handle, id).map(row -> job(handle, row, true)));
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return parts.readers().read(handle -> new Listing(handle, row -> job(handle, row, false)).page(query));
    }

    @Override
    public CompletionStage<List<Job>> nearestDeadlines(int most) {
        return parts.readers()
                .read(handle -> JobTable.nearestDeadlines(handle, most).stream()
                        .map(row -> row.isInLine() ? queued(handle, row, Map.of()) : row.open(Map.of()))
                        .toList());
    }

    @Override
    public CompletionStage<Optional<JobLog>> log(JobId id) {
        return parts.readers().read(handle -> {
            List<byte[]> entries = LogTable.entries(handle, id, LOG_ENTRIES_MAX + 1);
            return entries.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new JobLog(
                            entries.subList(0, Math.min(LOG_ENTRIES_MAX, entries.size())),
                            entries.size() <= LOG_ENTRIES_MAX));
        });
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        Watch watch = parts.feed().watch(id, listener);
        parts.lookElsewhere().run();
        return watch;
    }

    @Override
    public void progress(Claim claim, String text) {
        parts.feed().made(claim.id(), new JobEvent.Progress(claim.attempt(), text));
        parts.relay().made(claim.id());
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        return parts.readers()
                .read(handle -> new QueueStatus(
                        parts.totals().byState(),
                        parts.totals().queuedByPriority(),
                        parts.lanes().waiting(),
                        JobTable.oldestQueuedAt(handle),
                        parts.pace().perSecond(parts.clock().now()),
                        JobTable.running(handle).stream()
                                .map(PostgresJobQueue::running)
                                .toList(),
                        parts.lanes().states(),
                        parts.totals().routed(),
                        config.queuedJobsMax(),
                        parts.totals().queuedBytes(),
                        parts.modes().isPaused(),
                        parts.admission().isDraining(),
                        parts.checkpoints().trouble()));
    }

    @Override
    public CompletionStage<Optional<Backup>> backup() {
        return CompletableFuture.failedFuture(new InvalidInputException(
                "store", "this queue is kept in PostgreSQL; back that up, with pg_dump or with its base backups"));
    }

    /** Whether jobs for an NPU are left to other hosts, who have one. */
    boolean leavesNpuToOthers() {
        return parts.lines().leavesNpu();
    }

    @Override
    public void close() {
        parts.close();
    }

    private Job job(Handle handle, JobRow row, boolean withResult) {
        if (row.isInLine()) {
            return queued(handle, row, Settled.metadata(handle, row));
        }
        Job job = parts.settled().job(handle, row, parts.clock().now());
        return withResult ? job : row.job(Optional.empty(), job.metadata(), Optional.empty(), Optional.empty());
    }

    /** With its place in line, as far as places are counted. */
    private Job queued(Handle handle, JobRow row, Map<String, String> metadata) {
        Optional<Long> position = Optional.of(
                        JobTable.countBefore(handle, Lines.beside(row.line()), row.due(), JobRowMapper.uuid(row.id())))
                .filter(before -> before < JobTable.PLACES_COUNTED_MAX);
        Optional<Long> etaMs =
                position.flatMap(jobs -> parts.pace().timeFor(jobs + 1)).map(Duration::toMillis);
        return row.job(Optional.empty(), metadata, position, etaMs);
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
