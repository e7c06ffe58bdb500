package io.npuq.worker.lane;

import io.npuq.worker.engine.Engine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The wish to stop a lane, and what its thread does meanwhile that must be told of it. */
final class LaneStop {
    private final CompletableFuture<@Nullable Void> stopping = new CompletableFuture<>();
    private @Nullable Engine loading;
    private @Nullable StopSignal running;
    private boolean abandoning;

    /** Asks to stop. A load is not waited for: its engine is closed, which may take a moment. */
    void stop() {
        Engine unwanted;
        synchronized (this) {
            stopping.complete(null);
            unwanted = loading;
        }
        if (unwanted != null) {
            unwanted.close();
        }
    }

    /** Waits for the running attempt no longer. */
    void abandon() {
        StopSignal attempt;
        synchronized (this) {
            abandoning = true;
            attempt = running;
        }
        if (attempt != null) {
            attempt.stop(StopSignal.Cause.ABANDONED);
        }
    }

    boolean isStopping() {
        return stopping.isDone();
    }

    /** Waits for that long, or until the lane is to stop or that has happened. */
    void pause(Duration delay, CompletionStage<?> sooner) {
        Await.anyWithin(delay, stopping, sooner);
    }

    /** The lane begins to load this engine; false when it must not, because it is to stop. */
    synchronized boolean beginLoading(Engine engine) {
        loading = isStopping() ? null : engine;
        return loading != null;
    }

    /** The load has ended; false when its engine is not wanted any more, and may be closed already. */
    synchronized boolean endLoading() {
        loading = null;
        return !isStopping();
    }

    /** The lane begins to run this attempt. */
    void running(StopSignal attempt) {
        boolean tooLate;
        synchronized (this) {
            running = attempt;
            tooLate = abandoning;
        }
        if (tooLate) {
            attempt.stop(StopSignal.Cause.ABANDONED);
        }
    }
}
