package io.npuq.worker.lane;

import io.npuq.worker.engine.Engine;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The wish to stop a lane, and what its thread does meanwhile that must be told of it. */
final class LaneStop {
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Engine loading;
    private @Nullable StopSignal running;
    private boolean abandoning;

    /** Asks to stop. A load is not waited for: its engine is closed, which may take a moment. */
    void stop() {
        Engine unwanted;
        synchronized (this) {
            stopping.countDown();
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
        return stopping.getCount() == 0;
    }

    /** Waits for that long, or until the lane is to stop. */
    void pause(Duration delay) {
        try {
            boolean unused = stopping.await(delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a lane", e);
        }
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
