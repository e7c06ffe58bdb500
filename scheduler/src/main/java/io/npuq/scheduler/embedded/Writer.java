package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that changes anything. It takes what waits, up to a bound, lets each request make its transition, hands jobs to the
 * lanes that wait for one, and commits all of it with one sync: a large batch on the {@link Committer}'s thread, beside the making of
 * the next, a small one at once, for a thread more would be slower. It is never interrupted: that would close the files under it.
 */
final class Writer {
    private static final int BATCH_REQUESTS_MAX = 1_024;

    /** Most requests of a batch that is committed at once. */
    private static final int SMALL_BATCH_MAX = 8;

    private static final Duration IDLE_MAX = Duration.ofSeconds(1);

    /** A lane that waits beside jobs that wait may get one by nothing but time: how often that is looked at. */
    private static final Duration ROUTE_AGAIN_AFTER = Duration.ofMillis(250);

    private final Upkeep upkeep;
    private final Attempts attempts;
    private final Batch batch;
    private final Consumer<Throwable> fatal;
    private final Committer committer = new Committer(this::wakeAndEnd);
    private final BlockingQueue<Request<?>> inbox = new LinkedBlockingQueue<>();
    private final Map<Lane, Deque<Taker>> takers = new EnumMap<>(Lane.class);
    private final Set<Lane> stopped = EnumSet.noneOf(Lane.class);
    private final Thread thread = new Thread(this::run, "queue-writer");
    private final Object gate = new Object();
    private boolean routesMayChange;
    private boolean open = true;
    private volatile boolean gaveUp;

    /**
     * A writer, not yet at work.
     *
     * @param fatal told once, on the writer's thread, when it cannot go on
     */
    Writer(Upkeep upkeep, Attempts attempts, Batch batch, Consumer<Throwable> fatal) {
        this.upkeep = upkeep;
        this.attempts = attempts;
        this.batch = batch;
        this.fatal = fatal;
    }

    /** What the transitions make. */
    interface Batch {
        /** Ends it: what comes is the next one. That before must be on disk. */
        Commit seal();

        /** Nothing more will be written. */
        void end();
    }

    /** What one sync carries. */
    @FunctionalInterface
    interface Commit {
        /** Puts it on disk, and answers; when it throws, nobody knows what is on disk. */
        void run() throws IOException;
    }

    /** What a caller wants done on the writer's thread. */
    @FunctionalInterface
    interface Transition<T> {
        void make(Consumer<T> answer) throws IOException;
    }

    private record Request<T>(Transition<T> transition, CompletableFuture<T> answer) {
        void make() throws IOException {
            transition.make(answer::complete);
        }
    }

    /**
     * A lane that wants a job.
     *
     * @param ahead whether it may be running one
     */
    private record Taker(boolean ahead, CompletableFuture<Optional<Claim>> claim) {}

    void start() {
        thread.start();
    }

    <T> CompletionStage<T> call(Transition<T> transition) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (gate) {
            if (open) {
                inbox.add(new Request<>(transition, answer));
                return answer;
            }
        }
        answer.completeExceptionally(new QueueClosedException());
        return answer;
    }

    CompletionStage<Optional<Claim>> take(Lane lane, boolean ahead) {
        CompletableFuture<Optional<Claim>> claim = new CompletableFuture<>();
        CompletionStage<Boolean> queued = call(answer -> {
            if (stopped.contains(lane)) {
                claim.complete(Optional.empty());
            } else {
                takers.computeIfAbsent(lane, l -> new ArrayDeque<>()).add(new Taker(ahead, claim));
            }
            answer.accept(true);
        });
        queued.exceptionally(closed -> claim.complete(Optional.empty()));
        return claim;
    }

    void stopTaking(Lane lane) {
        CompletionStage<Boolean> done = call(answer -> {
            stopped.add(lane);
            attempts.takeBack(lane);
            dismiss(lane);
            answer.accept(true);
        });
        // A closed queue has dismissed every lane before.
        done.exceptionally(closed -> false);
    }

    /** Lets what waits be written, and ends the thread; false when someone else has done so. */
    boolean close() throws InterruptedException {
        synchronized (gate) {
            if (!open) {
                return false;
            }
            open = false;
            inbox.add(new Request<>(answer -> answer.accept(true), new CompletableFuture<>()));
        }
        thread.join();
        return true;
    }

    private void run() {
        List<Request<?>> requests = new ArrayList<>();
        List<Request<?>> committing = new ArrayList<>();
        try {
            while (isOpen() || !inbox.isEmpty() || upkeep.mustErase()) {
                requests = new ArrayList<>();
                waitForRequests(requests);
                upkeep.run();
                for (Request<?> request : requests) {
                    request.make();
                }
                serveTakers();
                committer.settle();
                committing = requests;
                commit(batch.seal(), requests.size());
            }
            committer.settle();
            List.of(Lane.values()).forEach(this::dismiss);
        } catch (Throwable t) {
            // After a failed write or sync nobody knows what is on disk: nothing more may be answered.
            committing.addAll(requests);
            giveUp(committing, committer.failure().orElse(t));
        } finally {
            committer.close();
            batch.end();
        }
    }

    private void commit(Commit commit, int requests) throws IOException {
        if (requests <= SMALL_BATCH_MAX && inbox.isEmpty()) {
            commit.run();
        } else {
            committer.begin(commit);
        }
    }

    /** A commit failed: whoever waits for it, here or in the batch that is made, must hear of it. */
    private void wakeAndEnd() {
        batch.end();
        inbox.add(new Request<>(answer -> answer.accept(true), new CompletableFuture<>()));
    }

    private void waitForRequests(List<Request<?>> requests) throws InterruptedException {
        Duration idleMax = routesMayChange ? ROUTE_AGAIN_AFTER : IDLE_MAX;
        Duration wait = upkeep.untilNext().filter(d -> d.compareTo(idleMax) < 0).orElse(idleMax);
        Request<?> first = inbox.poll(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
        if (first != null) {
            requests.add(first);
            inbox.drainTo(requests, BATCH_REQUESTS_MAX - 1);
        }
    }

    private void serveTakers() throws IOException {
        boolean unserved = false;
        attempts.review();
        for (Lane lane : attempts.inTurn(takers.keySet())) {
            Deque<Taker> waiting = Objects.requireNonNull(takers.get(lane));
            Taker taker = waiting.peekFirst();
            while (taker != null) {
                CompletableFuture<Optional<Claim>> next = taker.claim();
                if (!attempts.claim(lane, taker.ahead(), claim -> next.complete(Optional.of(claim)))) {
                    unserved = true;
                    break;
                }
                waiting.removeFirst();
                taker = waiting.peekFirst();
            }
        }
        routesMayChange = unserved && attempts.anyMayStart();
    }

    private void dismiss(Lane lane) {
        Deque<Taker> waiting = takers.remove(lane);
        if (waiting != null) {
            waiting.forEach(taker -> taker.claim().complete(Optional.empty()));
        }
    }

    private boolean isOpen() {
        synchronized (gate) {
            return open;
        }
    }

    /** Whether the thread ended because of a failure: what it applied last may not be on disk. */
    boolean gaveUp() {
        return gaveUp;
    }

    private void giveUp(List<Request<?>> requests, Throwable cause) {
        gaveUp = true;
        synchronized (gate) {
            open = false;
        }
        fatal.accept(cause);
        inbox.drainTo(requests);
        requests.forEach(request -> request.answer().completeExceptionally(new QueueClosedException()));
    }
}
