package io.npuq.worker.process;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineLoss.Cause;
import java.time.Duration;
import java.util.Optional;

/** Waits for what a child says, and turns its end into the exception for it. */
record Waiting(EngineChild child) {
    /**
     * The next message. Past the limit the child is ended.
     *
     * @param toDo what the child is to do, as in "it did not … within"
     */
    Message within(Duration limit, String toDo) throws EngineException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                child.destroy(Cause.HUNG, "it did not " + toDo + " within " + limit.toMillis() + " ms");
                throw lost();
            }
            Optional<ChildEvent> event = event(left);
            if (event.isPresent() && event.get() instanceof ChildEvent.Heard heard) {
                return heard.message();
            }
        }
    }

    /** The next event; empty when the limit passed first. */
    Optional<ChildEvent> event(long limitNanos) throws EngineException {
        try {
            Optional<ChildEvent> event = child.next(limitNanos);
            if (event.isPresent() && event.get() instanceof ChildEvent.Lost) {
                throw lost();
            }
            return event;
        } catch (InterruptedException e) {
            child.destroy(Cause.CLOSED, "the thread that waited for it was interrupted");
            Thread.currentThread().interrupt();
            throw lost();
        }
    }

    /** The child has ended, or is about to: says how. */
    EngineException lost() {
        return new EngineException(Kind.ENGINE_LOST, child.whatHappened());
    }

    /** What the child answered instead of what was asked for; one whose device is lost is of no use any more. */
    static EngineException failed(EngineChild child, Message.Failed failed) {
        if (failed.kind() == Kind.ENGINE_LOST) {
            child.destroy(Cause.DEVICE, failed.message());
            return new Waiting(child).lost();
        }
        return new EngineException(failed.kind(), failed.message());
    }

    /** A message that does not belong here: the child cannot be trusted any more. */
    static EngineException strange(EngineChild child, Message message) {
        child.destroy(Cause.GARBAGE, "it said " + message.getClass().getSimpleName() + " where that has no place");
        return new Waiting(child).lost();
    }
}
