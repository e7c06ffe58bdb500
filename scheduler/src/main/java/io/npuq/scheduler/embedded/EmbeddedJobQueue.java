package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.index.IndexReader;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The queue in one directory. {@link Opening} makes it ready; the {@link Writer} changes it; {@link Readers} look into it. */
public final class EmbeddedJobQueue implements JobQueue {
    private final Opened parts;
    private final QueueConfig config;

    EmbeddedJobQueue(Opened parts, QueueConfig config) {
        this.parts = parts;
        this.config = config;
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
        return new EmbeddedJobQueue(
                new Opening(config, new SteadyClock(clock, ticker), ChannelOpener.REAL, fatal).open(), config);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request) {
        Body input = StoredInput.from(request).body();
        return parts.writer().call((transitions, answer) -> transitions.submit(request, input, answer));
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        return parts.writer().take(lane);
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
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        Optional<Body> output =
                StoredOutput.body(outcome.result(), claim.request().metadata());
        return parts.writer().call((transitions, answer) -> transitions.finish(claim, outcome, output, answer));
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return parts.writer().call((transitions, answer) -> transitions.recover(claim, reason, answer));
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return parts.writer().call((transitions, answer) -> transitions.cancel(id, answer));
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        return parts.readers().read(reader -> reader.find(id).map(row -> settled(reader, row)));
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return parts.readers().read(reader -> {
            List<JobRow> rows = reader.page(query);
            List<Job> jobs = rows.stream()
                    .limit(query.limit())
                    .map(row -> withoutResult(listed(reader, row)))
                    .toList();
            return new JobPage(jobs, rows.size() > query.limit());
        });
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        return parts.totals().feed().watch(id, listener);
    }

    @Override
    public void progress(Claim claim, String text) {
        parts.totals().feed().tell(claim.id(), new JobEvent.Progress(claim.attempt(), text));
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        return parts.readers()
                .read(reader -> new QueueStatus(
                        parts.totals().counters().byState(),
                        parts.totals().counters().queuedByPriority(),
                        reader.oldestQueued(),
                        parts.totals().rate().perSecond(parts.clock().now()),
                        reader.inState(JobState.RUNNING).stream()
                                .map(EmbeddedJobQueue::running)
                                .toList(),
                        config.queuedJobsMax()));
    }

    /** Whether opening had to build the index again from the journal. */
    public boolean rebuiltIndex() {
        return parts.rebuiltIndex();
    }

    @Override
    public void close() {
        parts.close();
    }

    /** A text may be erased between the look at the row and the look at the text: then the row has changed, and is read again. */
    private Job settled(IndexReader reader, JobRow row) {
        try {
            return job(reader, row);
        } catch (JournalDamagedException e) {
            JobRow now = reader.find(row.id()).orElseThrow();
            if (!now.equals(row)) {
                return job(reader, now);
            }
            if (row.state().isFinal()) {
                throw e;
            }
            return unlabelled(row);
        }
    }

    /** One text that is damaged must not hide the other jobs. */
    private Job listed(IndexReader reader, JobRow row) {
        try {
            return row.state() == JobState.QUEUED ? open(row) : job(reader, row);
        } catch (JournalDamagedException e) {
            return unlabelled(row);
        }
    }

    /** A job whose text, and its labels with it, cannot be read: a lane that comes to it will find so, and fail it. */
    private static Job unlabelled(JobRow row) {
        return Jobs.open(row, Map.of(), Optional.empty(), Optional.empty());
    }

    private Job job(IndexReader reader, JobRow row) {
        if (row.state().isFinal()) {
            return parts.files().ended(row, parts.clock().now().minus(config.resultRetention()));
        }
        if (row.state() == JobState.RUNNING) {
            return open(row);
        }
        long position = reader.countBefore(row);
        Optional<Long> etaMs = parts.totals()
                .rate()
                .perSecond(parts.clock().now())
                .map(perSecond -> (long) Math.ceil((position + 1) * 1000 / perSecond));
        return Jobs.open(row, metadata(row), Optional.of(position), etaMs);
    }

    private Job open(JobRow row) {
        return Jobs.open(row, metadata(row), Optional.empty(), Optional.empty());
    }

    private Map<String, String> metadata(JobRow row) {
        return parts.files()
                .input(row)
                .map(StoredInput::metadata)
                .orElseThrow(() -> new JournalDamagedException("the text of " + row.id() + " is gone before its end"));
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
                row.id(), row.lane().orElseThrow(), row.startedAt().orElseThrow(), row.attempt());
    }
}
