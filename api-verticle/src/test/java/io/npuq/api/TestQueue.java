package io.npuq.api;

import io.npuq.api.metrics.Metrics;
import io.npuq.api.trace.Traces;
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
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The real queue in a directory of its own, counting the watches that are open on it. */
final class TestQueue implements JobQueue {
    final Path directory;
    final QueueConfig config;
    final Telemetry telemetry;
    private final JobQueue real;
    private final boolean kept;
    private int watches;
    private int looks;
    private boolean closed;

    TestQueue(long queuedMax) {
        this(temporary(), queuedMax, false, Traces.OFF);
    }

    /** One in that directory, which outlives it: so that another one can go on there. */
    TestQueue(Path directory, long queuedMax) {
        this(directory, queuedMax, true, Traces.OFF);
    }

    /** Likewise, traced. */
    TestQueue(Path directory, Traces traces) {
        this(directory, 1_000, true, traces);
    }

    private TestQueue(Path directory, long queuedMax, boolean kept, Traces traces) {
        telemetry = new Telemetry(new Metrics(), traces);
        this.directory = directory;
        this.kept = kept;
        config = QueueConfig.in(directory).withQueuedJobsMax(queuedMax);
        real = EmbeddedJobQueue.open(
                config,
                Clock.systemUTC(),
                System::nanoTime,
                failure -> {
                    throw new AssertionError("the queue cannot write", failure);
                },
                telemetry.jobs());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("npuq-api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized int watches() {
        return watches;
    }

    /** Waits until that many watches are open. */
    synchronized void awaitWatches(int expected) {
        while (watches != expected) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Waits until jobs were asked for that many times. */
    synchronized void awaitLooks(int expected) {
        while (looks < expected) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private synchronized void count(int more) {
        watches += more;
        notifyAll();
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        return counted(real.watch(id, listener));
    }

    private Watch counted(Watch watch) {
        count(1);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            watch.close();
            if (open.getAndSet(false)) {
                count(-1);
            }
        };
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        return real.submit(request, sender);
    }

    @Override
    public CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome) {
        return real.submitAnswered(request, sender, outcome);
    }

    @Override
    public CompletionStage<Retry> retry(JobId failed, Sender sender) {
        return real.retry(failed, sender);
    }

    @Override
    public CompletionStage<Void> pause(QueueScope scope) {
        return real.pause(scope);
    }

    @Override
    public CompletionStage<Void> drain(QueueScope scope) {
        return real.drain(scope);
    }

    @Override
    public CompletionStage<Void> resume(QueueScope scope) {
        return real.resume(scope);
    }

    @Override
    public CompletionStage<Optional<Backup>> backup() {
        return real.backup();
    }

    @Override
    public CompletionStage<Finish> giveBackUnrun(Claim claim, String reason) {
        return real.giveBackUnrun(claim, reason);
    }

    @Override
    public CompletionStage<Finish> giveBack(Claim claim, String reason) {
        return real.giveBack(claim, reason);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return real.submit(request, sender, listener)
                .thenApply(submission -> submission instanceof Submission.Accepted accepted
                        ? new Submission.Accepted(accepted.job(), counted(accepted.watch()))
                        : submission);
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        return real.take(lane);
    }

    @Override
    public CompletionStage<Optional<Claim>> takeAhead(Lane lane) {
        return real.takeAhead(lane);
    }

    @Override
    public Optional<Claim> begin(Claim claim) {
        return real.begin(claim);
    }

    @Override
    public void laneState(Lane lane, LaneState state) {
        real.laneState(lane, state);
    }

    @Override
    public CompletionStage<Finish> tooLong(Claim claim, int promptTokens) {
        return real.tooLong(claim, promptTokens);
    }

    @Override
    public void stopTaking(Lane lane) {
        real.stopTaking(lane);
    }

    @Override
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        return real.finish(claim, outcome);
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return real.recover(claim, reason);
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return real.cancel(id);
    }

    @Override
    public CompletionStage<Erasure> erase(JobId id) {
        return real.erase(id);
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        synchronized (this) {
            looks++;
            notifyAll();
        }
        return real.get(id);
    }

    @Override
    public CompletionStage<List<Job>> nearestDeadlines(int most) {
        return real.nearestDeadlines(most);
    }

    @Override
    public CompletionStage<Optional<JobLog>> log(JobId id) {
        return real.log(id);
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return real.list(query);
    }

    @Override
    public void progress(Claim claim, String text) {
        real.progress(claim, text);
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        return real.status();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        // Not while this is held: what was submitted last still counts its watch.
        real.close();
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : List.copyOf(files.sorted(Comparator.reverseOrder()).toList())) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stopAccepting() {
        real.stopAccepting();
    }
}
