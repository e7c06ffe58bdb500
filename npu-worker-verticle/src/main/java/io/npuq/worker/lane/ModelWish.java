package io.npuq.worker.lane;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What somebody wants of a lane's model: that it goes once no job waits for it, or that it comes back without one. The later wish counts. */
final class ModelWish {
    private CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
    private CompletableFuture<@Nullable Void> back = new CompletableFuture<>();

    /** Completes when the model is to go; then ask again for the next. */
    synchronized CompletionStage<@Nullable Void> gone() {
        return gone;
    }

    /** Completes when the model is to come back. */
    synchronized CompletionStage<@Nullable Void> back() {
        return back;
    }

    synchronized void free() {
        granted();
        gone.complete(null);
    }

    synchronized void load() {
        granted();
        back.complete(null);
    }

    /** Whatever was wished before counts no more. */
    synchronized void granted() {
        gone = gone.isDone() ? new CompletableFuture<>() : gone;
        back = back.isDone() ? new CompletableFuture<>() : back;
    }
}
