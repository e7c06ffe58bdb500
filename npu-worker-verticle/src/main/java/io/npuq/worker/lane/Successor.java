package io.npuq.worker.lane;

import io.npuq.worker.engine.Engine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The engine that takes the place of a lane's present one. Another thread loads it, while the present one works; the lane's own takes it
 * over, between two jobs.
 */
final class Successor {
    /**
     * An engine that is loaded, and where its own successors come from.
     *
     * @param loaded the engine
     * @param source makes more of them
     * @param taken completes once the lane has it; fails when the lane has ended
     */
    record Offer(LoadedEngine loaded, EngineSource source, CompletableFuture<@Nullable Void> taken) {}

    private @Nullable Engine loading;
    private @Nullable Offer offer;
    private CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private boolean closed;

    /** Completes when there is one to be taken over; then ask again for the next. */
    synchronized CompletionStage<@Nullable Void> ready() {
        return ready;
    }

    /** An engine begins to load; false when the lane has ended, and wants none. */
    synchronized boolean beginLoading(Engine engine) {
        loading = closed ? null : engine;
        return loading != null;
    }

    /** Hands the engine over; completes once the lane has it. Closes it where the lane has ended. */
    CompletionStage<@Nullable Void> offer(LoadedEngine loaded, EngineSource source) {
        Offer made = new Offer(loaded, source, new CompletableFuture<>());
        if (!put(made)) {
            refuse(made);
        }
        return made.taken();
    }

    private synchronized boolean put(Offer made) {
        loading = null;
        if (closed || offer != null) {
            return false;
        }
        offer = made;
        ready.complete(null);
        return true;
    }

    /** What is there to be taken over; the lane's own from here on. */
    synchronized Optional<Offer> take() {
        Optional<Offer> taken = Optional.ofNullable(offer);
        if (offer != null) {
            offer = null;
            ready = new CompletableFuture<>();
        }
        return taken;
    }

    /** The lane has ended: whatever is loading or loaded for it goes. */
    void close() {
        Engine unwanted;
        Optional<Offer> untaken;
        synchronized (this) {
            closed = true;
            unwanted = loading;
            untaken = take();
        }
        if (unwanted != null) {
            unwanted.close();
        }
        untaken.ifPresent(Successor::refuse);
    }

    private static void refuse(Offer untaken) {
        untaken.loaded().engine().close();
        untaken.taken().completeExceptionally(new IllegalStateException("the lane has ended"));
    }
}
