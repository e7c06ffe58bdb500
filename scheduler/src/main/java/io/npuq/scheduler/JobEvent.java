package io.npuq.scheduler;

import io.npuq.schema.Job;

/** What a watcher sees. */
public sealed interface JobEvent {
    /**
     * The job changed its state.
     *
     * @param job as it stands now, with its result when that is its end
     */
    record StateChanged(Job job) implements JobEvent {}

    /**
     * A running job made text.
     *
     * @param attempt which attempt made it
     * @param text what is new since the last event of this attempt; whole characters
     */
    record Progress(int attempt, String text) implements JobEvent {}
}
