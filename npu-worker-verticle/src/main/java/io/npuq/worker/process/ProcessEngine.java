package io.npuq.worker.process;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.EngineLoss.Cause;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine in a child process of its own. A call that passes its limit or does not obey a cancel costs that process; so does
 * anything on its pipe that is no frame, silence of an idle child, and more memory than it may hold. Every such loss is an {@code ENGINE_LOST} (a passed limit is a {@code TIMEOUT}) and completes
 * {@link #lost}; the next engine is a new object.
 */
public final class ProcessEngine implements Engine {
    /** How long a child has to obey a cancel before its process is ended. */
    public static final Duration CANCEL_GRACE = Duration.ofSeconds(2);

    /** How long a child has to say its first word. */
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(30);

    /** How long a child has to free its model when it is closed. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private final ProcessSettings settings;
    private final CompletableFuture<EngineLoss> lost = new CompletableFuture<>();
    private final Object lock = new Object();
    private @Nullable EngineChild child;
    private boolean closed;
    private volatile boolean loaded;
    private long calls;

    /** An engine whose process starts with {@link #load}. */
    public ProcessEngine(ProcessSettings settings) {
        this.settings = settings;
    }

    @Override
    public EngineInfo load() throws EngineException {
        EngineChild started = start();
        greet(started);
        EngineInfo info = new LoadCall(started, settings).run();
        loaded = true;
        started.busy(false);
        return info;
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        EngineChild asked = loadedChild();
        asked.busy(true);
        try {
            return new GenerateCall(asked, ++calls, settings.inferenceTimeout()).run(generation, text, cancel);
        } finally {
            asked.busy(false);
        }
    }

    @Override
    public void prepare(Generation next) {
        EngineChild told = childOrNone();
        if (told != null) {
            told.prepare(next);
        }
    }

    @Override
    public CompletionStage<OptionalInt> promptTokens(Generation generation) {
        EngineChild counting = childOrNone();
        return counting == null ? Engine.super.promptTokens(generation) : counting.count(generation);
    }

    @Override
    public CompletionStage<EngineLoss> lost() {
        return lost;
    }

    @Override
    public OptionalLong memoryBytes() {
        synchronized (lock) {
            return child == null ? OptionalLong.empty() : child.lastMeasuredMemory();
        }
    }

    @Override
    public void close() {
        EngineChild ending;
        synchronized (lock) {
            ending = closed ? null : child;
            closed = true;
        }
        if (ending != null) {
            ending.end(CLOSE_GRACE);
        }
    }

    private EngineChild start() throws EngineException {
        synchronized (lock) {
            if (child != null || closed) {
                throw new IllegalStateException("an engine loads once; make a new one");
            }
            try {
                child = EngineChild.start(settings.command(), settings.memoryMaxBytes(), lost);
            } catch (IOException e) {
                throw new EngineException(
                        Kind.MODEL_UNAVAILABLE,
                        "cannot start the engine process " + settings.command().get(0) + ": " + e.getMessage()
                                + "; check that this program is there and may be run",
                        e);
            }
            return child;
        }
    }

    private @Nullable EngineChild childOrNone() {
        synchronized (lock) {
            return closed || !loaded ? null : child;
        }
    }

    private EngineChild loadedChild() {
        synchronized (lock) {
            if (child == null || !loaded || closed) {
                throw new IllegalStateException(closed ? "this engine is closed" : "this engine is not loaded");
            }
            return child;
        }
    }

    private static void greet(EngineChild child) throws EngineException {
        Message first = new Waiting(child).within(HELLO_TIMEOUT, "say its first word");
        if (!(first instanceof Message.Hello hello)) {
            throw Waiting.strange(child, first);
        }
        if (hello.protocol() != Message.PROTOCOL) {
            child.destroy(Cause.GARBAGE, "it speaks another protocol");
            throw new EngineException(
                    Kind.MODEL_UNAVAILABLE,
                    "the engine process speaks protocol " + hello.protocol() + ", this npuq " + Message.PROTOCOL
                            + "; start both from the same build");
        }
    }
}
