package io.npuq.api.batch;

import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Refusals;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one batch on their way through the queue. Each has an idempotency key of its own, so that whatever is submitted again after
 * a crash finds its job. On the batches' thread.
 */
final class LineRunner {
    private final BatchParts parts;
    private final Batch batch;
    private final InputLines lines;
    private final Results results;
    private final LineJobs jobs;
    private final LineEndings endings;
    private final Later later;
    private final Map<Integer, Flying> flying = new HashMap<>();
    private int flyingBytes;
    private int next;
    private Instant notBefore = Instant.MIN;
    private @Nullable Stop stop;

    /** Brings what other threads tell to the batches' thread. */
    interface Later {
        void run(Work work);
    }

    /** Something that may find a file broken. */
    interface Work {
        void run() throws IOException;
    }

    private static final class Flying {
        private final int bytes;
        private @Nullable JobId job;
        private Watch watch = Watch.NONE;

        Flying(int bytes) {
            this.bytes = bytes;
        }
    }

    LineRunner(BatchParts parts, Batch batch, InputLines lines, Results results, LineJobs jobs, Later later) {
        this.parts = parts;
        this.batch = batch;
        this.lines = lines;
        this.results = results;
        this.jobs = jobs;
        this.later = later;
        endings = new LineEndings(parts, batch, lines, results);
    }

    /** Follows the jobs that are known from before. */
    void resume() throws IOException {
        for (Map.Entry<Integer, JobId> known : jobs.open().entrySet()) {
            if (results.isDone(known.getKey())) {
                jobs.done(known.getKey());
            } else {
                begin(known.getKey());
                follow(known.getKey(), known.getValue());
            }
        }
    }

    /** Submits lines, as far as there is room for them. */
    void fill(Instant now) throws IOException {
        if (now.isBefore(notBefore)) {
            return;
        }
        next = results.nextOpen(next);
        while (next < lines.count() && hasRoom(lines.bytes(next))) {
            if (!flying.containsKey(next)) {
                submit(next);
            }
            next = results.nextOpen(next + 1);
        }
    }

    private boolean hasRoom(int bytes) {
        return flying.isEmpty()
                || (flying.size() < BatchLimits.OUTSTANDING_LINES_MAX
                        && flyingBytes + bytes <= BatchLimits.OUTSTANDING_BYTES_MAX);
    }

    /** Submits no more, and cancels what is in the queue. */
    void stop(Stop why) {
        if (stop == null) {
            stop = why;
            flying.values().forEach(this::cancel);
        }
    }

    boolean isStopped() {
        return stop != null;
    }

    /** Whether nothing of it is in the queue. */
    boolean isIdle() {
        return flying.isEmpty();
    }

    /** Tells some of the lines that never ran why; for a runner that was stopped, and is idle. */
    void giveUpSome() throws IOException {
        Stop why = stop;
        if (why == null || !flying.isEmpty()) {
            throw new IllegalStateException("lines are given up only by a runner that was stopped and is idle");
        }
        int line = results.nextOpen(0);
        for (int i = 0; i < BatchLimits.LINES_AT_ONCE && line < lines.count(); i++) {
            endings.givenUp(line, why);
            line = results.nextOpen(line);
        }
    }

    /** Listens no more; the jobs go on. */
    void leave() {
        flying.values().forEach(line -> line.watch.close());
        flying.clear();
    }

    private void begin(int line) {
        flying.put(line, new Flying(lines.bytes(line)));
        flyingBytes += lines.bytes(line);
    }

    private @Nullable Flying end(int line) {
        Flying ended = flying.remove(line);
        if (ended != null) {
            flyingBytes -= ended.bytes;
            ended.watch.close();
            jobs.done(line);
        }
        return ended;
    }

    private void submit(int line) throws IOException {
        try {
            LineCall call = LineRequest.read(lines.read(line), batch.request().endpoint(), parts.calls())
                    .call();
            Sender sender = sender(call).ofLine(line + 1);
            CompletionStage<Submission> submitting = LineRequest.checked(
                    () -> parts.submitter().submit(call.request(), sender, event -> heard(line, event)));
            begin(line);
            listen(submitting, submission -> submitted(line, submission));
        } catch (ProblemException e) {
            endings.refused(line, e.problem());
        }
    }

    /** With the limits that the client has by now. */
    private Sender sender(LineCall call) {
        return new Sender(
                batch.client(), Optional.of(batch.id()), parts.limits().apply(batch.client()), call.namesPriority());
    }

    private interface Then<T> {
        void take(T value) throws IOException;
    }

    private <T> void listen(CompletionStage<T> stage, Then<T> then) {
        CompletionStage<T> unused = stage.whenComplete((value, failure) -> {
            if (failure == null) {
                later.run(() -> then.take(value));
            } else if (!isClosing(failure)) {
                later.run(() -> {
                    throw new IllegalStateException("the queue failed", failure);
                });
            }
        });
    }

    /** The server stops: the next start goes on from here. */
    private static boolean isClosing(Throwable failure) {
        return failure instanceof QueueClosedException
                || (failure instanceof CompletionException && failure.getCause() instanceof QueueClosedException);
    }

    private void heard(int line, JobEvent event) {
        if (event instanceof JobEvent.StateChanged changed
                && changed.job().state().isFinal()) {
            later.run(() -> ended(line, changed.job()));
        }
    }

    private void submitted(int line, Submission submission) throws IOException {
        Flying flies = flying.get(line);
        if (submission instanceof Submission.Accepted accepted) {
            if (flies == null) {
                accepted.watch().close(); // it has ended before this was told
                return;
            }
            flies.watch = accepted.watch();
            became(line, flies, accepted.job().id());
            if (accepted.job().state().isFinal()) {
                ended(line, accepted.job());
            }
        } else if (submission instanceof Submission.Known known) {
            follow(line, known.id());
        } else if (submission instanceof Submission.KeyReused before) {
            // This npuq reads the line a little differently than the one that submitted it: its job is the line's.
            follow(line, before.id());
        } else {
            notTaken(line, (Submission.Refused) submission);
        }
    }

    private void became(int line, Flying flies, JobId job) throws IOException {
        flies.job = job;
        jobs.became(line, job);
        if (stop != null) {
            cancel(flies);
        }
    }

    private void follow(int line, JobId job) throws IOException {
        Flying flies = flying.get(line);
        if (flies == null) {
            return;
        }
        // Watched first and looked at then, so that an end in between is not missed.
        flies.watch = parts.queue().watch(job, event -> heard(line, event));
        became(line, flies, job);
        listen(parts.queue().get(job), found -> found(line, found));
    }

    private void found(int line, Optional<Job> job) throws IOException {
        if (job.isEmpty()) {
            again(line); // a queue of another time, from a backup
        } else if (job.get().state().isFinal()) {
            ended(line, job.get());
        }
    }

    private void again(int line) {
        if (end(line) != null) {
            next = Math.min(next, line);
        }
    }

    private void notTaken(int line, Submission.Refused refused) throws IOException {
        OptionalLong seconds = Refusals.retryAfter(refused);
        if (seconds.isPresent()) {
            Duration wait = Duration.ofSeconds(Math.min(seconds.getAsLong(), BatchLimits.REFUSED_WAIT_MAX.toSeconds()));
            notBefore = parts.clock().instant().plus(wait);
            again(line);
        } else if (end(line) != null) {
            endings.refused(line, Refusals.problem(refused));
        }
    }

    private void cancel(Flying flies) {
        JobId job = flies.job;
        if (job != null) {
            listen(parts.queue().cancel(job), cancelled -> {});
        }
    }

    private void ended(int line, Job job) throws IOException {
        if (end(line) == null) {
            return;
        }
        endings.ended(line, job, stop);
    }
}
