package io.npuq.worker.process;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineLoss.Cause;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One generation in a child: passes its text on, tells it to stop when it is cancelled or has had its time, and ends its process when
 * it does not stop within {@link ProcessEngine#CANCEL_GRACE}.
 */
final class GenerateCall {
    private final EngineChild child;
    private final long call;
    private final Duration limit;
    private final long limitTick;
    private long killTick = Long.MAX_VALUE;
    private boolean stopping;
    private boolean timedOut;

    GenerateCall(EngineChild child, long call, Duration limit) {
        this.child = child;
        this.call = call;
        this.limit = limit;
        this.limitTick = tick() + limit.toNanos();
    }

    Generated run(Generation generation, Consumer<String> text, CancelSignal cancel) throws EngineException {
        ask(generation);
        cancel.onCancel(child::nudge);
        Waiting waiting = new Waiting(child);
        while (true) {
            stopWhenDue(cancel);
            Optional<ChildEvent> event = waiting.event(nanosToNextLimit());
            if (event.isPresent() && event.get() instanceof ChildEvent.Heard heard) {
                Optional<Generated> end = hear(heard.message(), text);
                if (end.isPresent()) {
                    return inTime(end.get());
                }
            }
        }
    }

    private void ask(Generation generation) throws EngineException {
        try {
            child.send(new Message.Generate(call, generation));
        } catch (FrameException e) {
            throw new EngineException(Kind.PROMPT_TOO_LONG, "the input is too long: " + e.getMessage(), e);
        }
    }

    private void stopWhenDue(CancelSignal cancel) throws EngineException {
        boolean late = tick() >= limitTick;
        if (!stopping && (late || cancel.isSet())) {
            stopping = true;
            timedOut = late;
            killTick = tick() + ProcessEngine.CANCEL_GRACE.toNanos();
            tellToStop();
        }
        if (tick() >= killTick) {
            child.destroy(
                    Cause.HUNG,
                    "it did not stop within " + ProcessEngine.CANCEL_GRACE.toMillis() + " ms of being told to");
            throw timedOut ? timeout() : new Waiting(child).lost();
        }
    }

    private void tellToStop() {
        child.sendSmall(new Message.Cancel(call));
    }

    private long nanosToNextLimit() {
        return Math.max(0, (stopping ? killTick : limitTick) - tick());
    }

    private Optional<Generated> hear(Message message, Consumer<String> text) throws EngineException {
        if (message instanceof Message.Text piece && piece.call() == call) {
            text.accept(piece.text());
            return Optional.empty();
        }
        if (message instanceof Message.Done done && done.call() == call) {
            return Optional.of(done.generated());
        }
        if (message instanceof Message.Failed failed && failed.call() == call) {
            throw Waiting.failed(child, failed);
        }
        throw Waiting.strange(child, message);
    }

    /** An answer that was cut off because its time was over is no answer; one that was complete by then is. */
    private Generated inTime(Generated generated) throws EngineException {
        if (timedOut && generated.finishReason() == FinishReason.CANCELLED) {
            throw timeout();
        }
        return generated;
    }

    private EngineException timeout() {
        return new EngineException(
                Kind.TIMEOUT,
                "the generation passed the limit of one call, " + limit.toMillis()
                        + " ms; ask for fewer tokens, or raise --inference-timeout");
    }

    /** Monotonic, as {@code poll} counts: the limits here are those of a process, which no test's clock moves. */
    private static long tick() {
        return System.nanoTime();
    }
}
