package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's dealings with the queue, on the lane's thread. One answer is under way to disk while the next claim is fetched, so that
 * the engine does not idle for a sync; what goes wrong with it is never lost: {@link #broken} completes.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final JobQueue queue;
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private CompletionStage<?> answering = CompletableFuture.completedStage(null);
    private @Nullable CompletionStage<Optional<Claim>> taking;
    private boolean ended;

    Claims(JobQueue queue) {
        this.queue = queue;
    }

    /** Completes, with the reason, when the queue did not take an answer or failed to hand out a claim. */
    CompletionStage<Throwable> broken() {
        return broken;
    }

    /** Whether there will be no more claims. */
    boolean ended() {
        return ended || broken.isDone();
    }

    /** The next claim for that lane; empty when the engine was lost first, or when there are no more: {@link #ended} tells which. */
    Optional<Claim> next(Lane lane, CompletionStage<String> engineLost) {
        if (taking == null) {
            taking = queue.take(lane);
        }
        Await.any(taking, engineLost, broken);
        boolean engineIsLost = engineLost.toCompletableFuture().isDone();
        return engineIsLost || broken.isDone() ? Optional.empty() : taken(taking);
    }

    /** Gives back what was claimed for an engine that does not come: it shall not wait for it here. */
    void giveBack(String reason) {
        if (taking != null && taking.toCompletableFuture().isDone()) {
            taken(taking).ifPresent(claim -> giveBack(claim, reason));
        }
    }

    /** Gives back what the queue may still have handed out before it was told to stop. */
    void giveBackLast(String reason) {
        if (taking != null) {
            Await.any(taking, broken);
            giveBack(reason);
        }
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

    /** The prompt is longer than the lane takes: the queue knows whether another one does. */
    void tooLong(Claim claim, int promptTokens) {
        answer(claim, () -> queue.tooLong(claim, promptTokens));
    }

    /** Waits until the last answer is on disk, or known not to be. */
    void settle() {
        Await.any(answering);
    }

    private Optional<Claim> taken(CompletionStage<Optional<Claim>> stage) {
        taking = null;
        try {
            Optional<Claim> claim = Await.result(stage);
            ended = claim.isEmpty();
            return claim;
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
