package io.npuq.worker.lane;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine that was loaded beside a lane's present one. Whoever has it swaps it in or closes it. */
public final class Prepared implements AutoCloseable {
    private final LoadedEngine loaded;
    private final Supplier<CompletionStage<@Nullable Void>> offer;

    Prepared(LoadedEngine loaded, Supplier<CompletionStage<@Nullable Void>> offer) {
        this.loaded = loaded;
        this.offer = offer;
    }

    /** What is loaded. */
    public LoadedEngine loaded() {
        return loaded;
    }

    /**
     * Puts it in the place of the lane's present engine, which ends its running job first.
     *
     * @return completes once jobs run on it; fails when the lane has ended meanwhile
     */
    public CompletionStage<@Nullable Void> swapIn() {
        return offer.get();
    }

    /** Frees it; not after {@link #swapIn}. */
    @Override
    public void close() {
        loaded.engine().close();
    }
}
