package io.npuq.worker.lane;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stops one running attempt, and remembers why. The first reason counts. */
public final class StopSignal {
    /** Why an attempt is stopped. */
    public enum Cause {
        /** Someone cancelled the job. */
        CANCELLED(ErrorCode.CANCELLED, "the job was cancelled while it ran"),
        /** The job's deadline passed. */
        EXPIRED(ErrorCode.EXPIRED, "the job's deadline passed while it ran"),
        /** The server stops and cannot wait for it any longer; the job is to run again. */
        ABANDONED(ErrorCode.CANCELLED, "the server stopped while the job ran");

        private final ErrorCode code;
        private final String message;

        Cause(ErrorCode code, String message) {
            this.code = code;
            this.message = message;
        }

        JobError error() {
            return new JobError(code, message);
        }
    }

    private final CancelSignal signal = new CancelSignal();
    private final AtomicReference<@Nullable Cause> cause = new AtomicReference<>();

    /** Stops the attempt at its next token. */
    public void stop(Cause why) {
        if (cause.compareAndSet(null, why)) {
            signal.cancel();
        }
    }

    /** Why it was stopped; empty when it was not. */
    public Optional<Cause> cause() {
        return Optional.ofNullable(cause.get());
    }

    /** What the engine looks at between tokens. */
    CancelSignal signal() {
        return signal;
    }
}
