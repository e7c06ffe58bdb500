package io.npuq.worker.process;

import io.npuq.worker.engine.EngineLoss;

/** What a call that waits on the child is woken by. */
sealed interface ChildEvent {
    /** The child said something. */
    record Heard(Message message) implements ChildEvent {}

    /** Someone wants the call to look around: it may have been cancelled. */
    record Nudge() implements ChildEvent {}

    /** The child is no more; nothing follows. */
    record Lost(EngineLoss loss) implements ChildEvent {}
}
