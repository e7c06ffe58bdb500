package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.Lane;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The claim that a lane has asked for: one at a time, and again where what was held for it is taken back. The lane's thread asks and takes;
 * threads of the queue tell.
 */
final class NextClaim {
    private final JobQueue queue;
    private final LongSupplier ticker;
    private final Consumer<Claim> held;
    private @Nullable CompletionStage<Optional<Handed>> asked;
    private @Nullable Lane askedFor;

    /**
     * Nothing is asked for yet.
     *
     * @param ticker monotonic nanoseconds
     * @param held told of each job that is held for the lane while it runs another, on a thread of the queue
     */
    NextClaim(JobQueue queue, LongSupplier ticker, Consumer<Claim> held) {
        this.queue = queue;
        this.ticker = ticker;
        this.held = held;
    }

    /**
     * A claim and when it was handed out; or begun, where that was later.
     *
     * @param claim the claim
     * @param tick when, on the monotonic ticker
     */
    record Handed(Claim claim, long tick) {}

    /** What was asked for; empty where nothing is. */
    synchronized Optional<CompletionStage<Optional<Handed>>> asked() {
        return Optional.ofNullable(asked);
    }

    /** What was asked for; where nothing is, or for another lane, it is now. */
    synchronized CompletionStage<Optional<Handed>> ask(Lane lane) {
        if (asked != null && askedFor == lane) {
            return asked;
        }
        if (asked != null) {
            forsake(asked);
        }
        return askNow(lane);
    }

    /** An engine on another device made another lane of it: what still comes for the one before goes back. */
    private void forsake(CompletionStage<Optional<Handed>> answer) {
        CompletionStage<?> unused = answer.thenAccept(handed -> handed.map(Handed::claim)
                .filter(Claim::begun)
                .ifPresent(claim -> queue.giveBackUnrun(claim, "its lane runs on another device now")));
    }

    private CompletionStage<Optional<Handed>> askNow(Lane lane) {
        CompletionStage<Optional<Handed>> answer =
                queue.takeAhead(lane).thenApply(claim -> claim.map(it -> new Handed(it, ticker.getAsLong())));
        asked = answer;
        askedFor = lane;
        CompletionStage<?> unused = answer.thenAccept(handed -> handed.map(Handed::claim)
                .filter(claim -> !claim.begun())
                .ifPresent(claim -> {
                    held.accept(claim);
                    claim.cancel().onCancel(() -> askAgain(lane, answer));
                }));
        return answer;
    }

    /** What was held is so no more; unless the lane has taken it, and sees that itself. */
    private synchronized void askAgain(Lane lane, CompletionStage<Optional<Handed>> before) {
        if (asked == before) {
            CompletionStage<?> unused = askNow(lane);
        }
    }

    /** Begins what was handed out; empty where it was taken back meanwhile. */
    Optional<Handed> begin(Handed handed) {
        if (handed.claim().begun()) {
            return Optional.of(handed);
        }
        return queue.begin(handed.claim()).map(begun -> new Handed(begun, ticker.getAsLong()));
    }

    /** The lane takes that answer. Where it was taken back by now, another one is under way in its place, which stays. */
    synchronized void taken(CompletionStage<Optional<Handed>> answer) {
        if (asked == answer) {
            asked = null;
        }
    }
}
