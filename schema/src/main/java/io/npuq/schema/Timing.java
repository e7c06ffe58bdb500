package io.npuq.schema;

import org.jspecify.annotations.Nullable;

/**
 * Durations of one job in milliseconds, with microseconds as decimals; each from a monotonic clock, null where that did not happen.
 *
 * @param queueWait from acknowledgement to the start of this attempt
 * @param load loading the model for this call; 0 when it was warm
 * @param initialLoad the engine's first load of the model
 * @param timeToFirstToken from the engine's start of this job to its first token
 * @param generate from the engine's start of this job to its end, as the engine measured it
 * @param total from acknowledgement to the end
 */
public record Timing(
        @Nullable Double queueWait,
        @Nullable Double load,
        @Nullable Double initialLoad,
        @Nullable Double timeToFirstToken,
        @Nullable Double generate,
        @Nullable Double total) {}
