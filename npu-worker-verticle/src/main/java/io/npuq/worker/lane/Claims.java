package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.worker.lane.NextClaim.Handed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's dealings with the queue, on the lane's thread. While one job runs the next one is claimed, and one answer is under way to disk
 * while the next job runs, so that the engine does not idle for a sync; what goes wrong with an answer is never lost: {@link #broken}
 * completes.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final JobQueue queue;
    private final NextClaim next;
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private CompletionStage<?> answering = CompletableFuture.completedStage(null);
    private boolean ended;

    /**
     * Dealings with that queue.
     *
     * @param ticker monotonic nanoseconds
     * @param held told of each job that is held for the lane while it runs another, on a thread of the queue
     */
    Claims(JobQueue queue, LongSupplier ticker, Consumer<Claim> held) {
        this.queue = queue;
        this.next = new NextClaim(queue, ticker, held);
    }

    /** Completes, with the reason, when the queue did not take an answer or failed to hand out a claim. */
    CompletionStage<Throwable> broken() {
        return broken;
    }

    /** Whether there will be no more claims. */
    boolean ended() {
        return ended || broken.isDone();
    }

    /**
     * The next claim for that lane, begun, with the one behind it asked for; empty when that has happened first, when the limit has passed
     * first, or when there are no more: {@link #ended} tells of that.
     */
    Optional<Handed> next(Lane lane, CompletionStage<?> until, Optional<Duration> limit) {
        if (until.toCompletableFuture().isDone()) {
            return Optional.empty(); // Nothing is asked for that nobody could run.
        }
        Optional<Handed> handed = handed(lane, until, limit);
        Optional<Handed> begun = handed.flatMap(next::begin);
        if (handed.isPresent() && begun.isEmpty()) {
            return next(lane, until, limit); // It was taken back this moment.
        }
        begun.ifPresent(claim -> next.ask(lane));
        return begun;
    }

    private Optional<Handed> handed(Lane lane, CompletionStage<?> until, Optional<Duration> limit) {
        CompletionStage<Optional<Handed>> asked = next.ask(lane);
        if (limit.isPresent()) {
            Await.anyWithin(limit.get(), asked, until, broken);
        } else {
            Await.any(asked, until, broken);
        }
        boolean overtaken = until.toCompletableFuture().isDone() || broken.isDone();
        return overtaken || !asked.toCompletableFuture().isDone() ? Optional.empty() : taken(asked);
    }

    /** Waits for the next claim, which {@link #next} then gives; or until that has happened. */
    void await(Lane lane, CompletionStage<?> until) {
        Await.any(next.ask(lane), until, broken);
    }

    /** Completes when something is handed out that was asked for before. */
    CompletionStage<?> handedOut() {
        return next.asked().<CompletionStage<?>>map(asked -> asked).orElseGet(CompletableFuture::new);
    }

    /** Gives back what was claimed for an engine that does not come: it shall not wait for it here. What is only held is the queue's. */
    void giveBack(String reason) {
        next.asked()
                .filter(asked -> asked.toCompletableFuture().isDone())
                .flatMap(this::taken)
                .map(Handed::claim)
                .filter(Claim::begun)
                .ifPresent(claim -> giveBackUnrun(claim, reason));
    }

    /** Gives back what the queue may still have handed out before it was told to stop. */
    void giveBackLast(String reason) {
        next.asked().ifPresent(asked -> Await.any(asked, broken));
        giveBack(reason);
    }

    void finish(Claim claim, Outcome outcome) {
        answer(claim, () -> queue.finish(claim, outcome));
    }

    /** The engine was lost while it ran the job. */
    void recover(Claim claim, String reason) {
        LOG.warn("{}: attempt {} was lost: {}", claim.id(), claim.attempt(), reason);
        answer(claim, () -> queue.recover(claim, reason));
    }

    /** The job did not run to its end, and that was not its fault. */
    void giveBack(Claim claim, String reason) {
        LOG.info("{}: attempt {} is given back: {}", claim.id(), claim.attempt(), reason);
        answer(claim, () -> queue.giveBack(claim, reason));
    }

    private void giveBackUnrun(Claim claim, String reason) {
        LOG.info("{}: attempt {} is given back before it ran: {}", claim.id(), claim.attempt(), reason);
        answer(claim, () -> queue.giveBackUnrun(claim, reason));
    }

    /** The prompt is longer than the lane takes: the queue knows whether another one does. */
    void tooLong(Claim claim, int promptTokens) {
        answer(claim, () -> queue.tooLong(claim, promptTokens));
    }

    /** Waits until the last answer is on disk, or known not to be. */
    void settle() {
        Await.any(answering);
    }

    private Optional<Handed> taken(CompletionStage<Optional<Handed>> asked) {
        next.taken(asked);
        try {
            Optional<Handed> handed = Await.result(asked);
            ended = handed.isEmpty();
            return handed;
        } catch (CompletionException e) {
            ended = true;
            if (!(e.getCause() instanceof QueueClosedException)) {
                fail(e);
            }
            return Optional.empty();
        }
    }

    /** One answer may be under way, not two: the queue's sync pushes back. */
    private void answer(Claim claim, Supplier<CompletionStage<Finish>> handIn) {
        settle();
        answering = handIn.get().handle((finish, failure) -> {
            if (failure != null) {
                fail(failure);
            } else if (finish == Finish.FENCED) {
                LOG.info(
                        "{}: the queue had given up attempt {}; its answer was not recorded",
                        claim.id(),
                        claim.attempt());
            }
            return finish;
        });
    }

    private void fail(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        broken.complete(cause);
    }
}
