package io.npuq.worker.engine;

/** An engine could not do what it was asked. The message names the model or device, what happened, and what to do next. */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is; a lane decides by it what becomes of the job. */
    public enum Kind {
        /** The device is not there. */
        DEVICE_UNAVAILABLE,
        /** The model or the runtime is missing, or does not load. */
        MODEL_UNAVAILABLE,
        /** The prompt does not fit; the engine is well. */
        PROMPT_TOO_LONG,
        /** The runtime answered with an error; the engine is well. */
        GENERATION_FAILED,
        /** The call passed its limit. Its process was ended where it did not stop by itself: {@link Engine#lost} tells. */
        TIMEOUT,
        /** The process ended, or spoke what is no message, or its device is gone. The job may run again. */
        ENGINE_LOST,
        /** The server that generates does not answer, and the job is not at fault; it may run again, elsewhere or later. */
        ENGINE_AWAY
    }

    private final Kind kind;

    /** Says what happened. */
    public EngineException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Says what happened, and keeps the cause. */
    public EngineException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of trouble it is. */
    public Kind kind() {
        return kind;
    }
}
