package io.npuq.worker.lane;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The one place where a lane waits for the queue: on the lane's own thread, which has nothing else to do. */
final class Await {
    private Await() {}

    /**
     * The stage's result.
     *
     * @throws CompletionException with the cause, when the stage failed
     */
    static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Returns once one of them is done, well or not. */
    static void any(CompletionStage<?>... stages) {
        first(stages).join();
    }

    /** Returns once one of them is done, well or not, or that time has passed. */
    static void anyWithin(Duration limit, CompletionStage<?>... stages) {
        if (!limit.isZero()) {
            first(stages)
                    .completeOnTimeout(false, limit.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        }
    }

    private static CompletableFuture<Boolean> first(CompletionStage<?>... stages) {
        CompletableFuture<?>[] futures = new CompletableFuture<?>[stages.length];
        for (int i = 0; i < stages.length; i++) {
            futures[i] = stages[i].toCompletableFuture();
        }
        return CompletableFuture.anyOf(futures).handle((value, failure) -> true);
    }
}
