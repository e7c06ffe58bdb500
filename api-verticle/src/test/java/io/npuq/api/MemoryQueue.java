package io.npuq.api;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A queue in memory: first come, first served, on one thread of its own, as callers of the contract see it. */
final class MemoryQueue implements JobQueue {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final long queuedMax;
    private final TreeMap<JobId, Entry> jobs = new TreeMap<>();
    private final ArrayDeque<CompletableFuture<Optional<Claim>>> takers = new ArrayDeque<>();
    private final Map<JobId, List<Consumer<JobEvent>>> watchers = new HashMap<>();
    private boolean stopped;
    private long count;

    MemoryQueue(long queuedMax) {
        this.queuedMax = queuedMax;
    }

    private static final class Entry {
        final JobRequest request;
        final CancelSignal cancel = new CancelSignal();
        Job job;

        Entry(JobRequest request, Job job) {
            this.request = request;
            this.job = job;
        }
    }

    /** How many watches are open. */
    int watches() {
        return on(() -> watchers.values().stream().mapToInt(List::size).sum())
                .toCompletableFuture()
                .join();
    }

    /** Waits until that many watches are open. */
    void awaitWatches(int expected) {
        synchronized (watchers) {
            while (watchers.values().stream().mapToInt(List::size).sum() != expected) {
                try {
                    watchers.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private <T> CompletionStage<T> on(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, thread);
        } catch (java.util.concurrent.RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(new QueueClosedException());
        }
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request) {
        return on(() -> {
            long queued = jobs.values().stream()
                    .filter(e -> e.job.state() == JobState.QUEUED)
                    .count();
            if (queued >= queuedMax) {
                return new Submission.Refused(Refusal.QUEUE_FULL, "the queue is full", Duration.ofMillis(1_500));
            }
            Entry entry = new Entry(request, null);
            entry.job = job(request, JobId.of(NOW.toEpochMilli() << 16, count++), JobState.QUEUED);
            jobs.put(entry.job.id(), entry);
            Job accepted = entry.job;
            hand();
            return new Submission.Accepted(accepted);
        });
    }

    private static Job job(JobRequest request, JobId id, JobState state) {
        return new Job(
                id,
                request.kind(),
                state,
                request.priority(),
                request.device(),
                request.maxNewTokens(),
                request.input().chars(),
                NOW,
                Optional.empty(),
                Optional.empty(),
                request.deadline().map(NOW::plus),
                0,
                Limits.ATTEMPTS_MAX,
                Optional.of(0L),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                request.metadata());
    }

    private void hand() {
        Optional<Entry> next = jobs.values().stream()
                .filter(e -> e.job.state() == JobState.QUEUED)
                .findFirst();
        if (next.isEmpty() || takers.isEmpty()) {
            return;
        }
        Entry entry = next.get();
        move(entry, JobState.RUNNING, Optional.empty(), Optional.empty());
        takers.poll()
                .complete(Optional.of(new Claim(
                        entry.job.id(), 1, Lane.NPU, entry.request, NOW, entry.job.deadlineAt(), 0, entry.cancel)));
    }

    private void move(Entry entry, JobState to, Optional<Outcome> outcome, Optional<JobError> error) {
        Job was = entry.job;
        was.state().moveTo(to);
        entry.job = new Job(
                was.id(),
                was.kind(),
                to,
                was.priority(),
                was.device(),
                was.maxNewTokens(),
                was.inputChars(),
                was.createdAt(),
                to == JobState.RUNNING ? Optional.of(NOW) : was.startedAt(),
                to.isFinal() ? Optional.of(NOW) : Optional.empty(),
                was.deadlineAt(),
                to == JobState.RUNNING ? 1 : was.attempt(),
                was.maxAttempts(),
                Optional.empty(),
                Optional.empty(),
                outcome.flatMap(Outcome::result),
                outcome.flatMap(Outcome::error).or(() -> error),
                outcome.flatMap(Outcome::evidence),
                was.metadata());
        List.copyOf(watchers.getOrDefault(was.id(), List.of()))
                .forEach(watcher -> watcher.accept(new JobEvent.StateChanged(entry.job)));
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        CompletableFuture<Optional<Claim>> taken = new CompletableFuture<>();
        thread.execute(() -> {
            if (stopped) {
                taken.complete(Optional.empty());
            } else {
                takers.add(taken);
                hand();
            }
        });
        return taken;
    }

    @Override
    public void stopTaking(Lane lane) {
        thread.execute(() -> {
            stopped = true;
            takers.forEach(taker -> taker.complete(Optional.empty()));
            takers.clear();
        });
    }

    @Override
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        return on(() -> {
            move(jobs.get(claim.id()), outcome.state(), Optional.of(outcome), Optional.empty());
            return Finish.RECORDED;
        });
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return finish(claim, new Outcome.Failed(new JobError(ErrorCode.ATTEMPTS_EXHAUSTED, reason), Optional.empty()));
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return on(() -> {
            Entry entry = jobs.get(id);
            if (entry == null) {
                return new Cancellation.Unknown();
            }
            if (entry.job.state() == JobState.QUEUED) {
                JobError error = new JobError(ErrorCode.CANCELLED, "cancelled before it started");
                move(entry, JobState.CANCELLED, Optional.empty(), Optional.of(error));
            }
            entry.cancel.cancel();
            return new Cancellation.Known(entry.job);
        });
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        return on(() -> Optional.ofNullable(jobs.get(id)).map(entry -> entry.job));
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return on(() -> {
            List<Job> found = jobs.descendingMap().values().stream()
                    .map(entry -> entry.job)
                    .filter(job ->
                            query.after().map(a -> job.id().compareTo(a) < 0).orElse(true))
                    .filter(job -> query.state().map(s -> job.state() == s).orElse(true))
                    .filter(job -> query.kind().map(k -> job.kind() == k).orElse(true))
                    .toList();
            return new JobPage(found.stream().limit(query.limit()).toList(), found.size() > query.limit());
        });
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        change(() -> watchers.computeIfAbsent(id, any -> new ArrayList<>()).add(listener));
        return () -> change(() -> watchers.getOrDefault(id, new ArrayList<>()).remove(listener));
    }

    private void change(Runnable work) {
        thread.execute(() -> {
            synchronized (watchers) {
                work.run();
                watchers.notifyAll();
            }
        });
    }

    @Override
    public void progress(Claim claim, String text) {}

    @Override
    public CompletionStage<QueueStatus> status() {
        return on(() -> new QueueStatus(
                jobs.values().stream().collect(Collectors.groupingBy(e -> e.job.state(), Collectors.counting())),
                jobs.values().stream()
                        .filter(e -> e.job.state() == JobState.QUEUED)
                        .collect(Collectors.groupingBy(e -> e.job.priority(), Collectors.counting())),
                jobs.values().stream()
                        .filter(e -> e.job.state() == JobState.QUEUED)
                        .map(e -> e.job.createdAt())
                        .findFirst(),
                Optional.empty(),
                jobs.values().stream()
                        .filter(e -> e.job.state() == JobState.RUNNING)
                        .map(e -> new QueueStatus.Running(e.job.id(), Lane.NPU, NOW, 1))
                        .toList(),
                queuedMax));
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
