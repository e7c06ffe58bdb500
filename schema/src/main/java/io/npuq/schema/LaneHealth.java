package io.npuq.schema;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a lane has fared.
 *
 * @param phase whether it runs jobs
 * @param inPhase for how long it has been so
 * @param restarts engines that were loaded in place of a lost one
 * @param memoryBytes what its engine's process held when that was last measured; empty where nobody measures
 * @param loadMs how long the load of the present engine took, in milliseconds; empty while there is none
 * @param loadedFromCache whether that load read a compiled model, by the runtime's word; empty where it does not say
 * @param modelDigest SHA-256 over the files of the model that is loaded, by name, in hexadecimal digits; empty while there is none
 * @param freedIn when that model is freed if no job comes; empty where it is kept for ever, and while there is none
 */
public record LaneHealth(
        LanePhase phase,
        Duration inPhase,
        long restarts,
        OptionalLong memoryBytes,
        Optional<Double> loadMs,
        Optional<Boolean> loadedFromCache,
        Optional<String> modelDigest,
        Optional<Duration> freedIn) {
    /** A lane of which nothing more is known. */
    public static LaneHealth of(LanePhase phase) {
        return new LaneHealth(
                phase,
                Duration.ZERO,
                0,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
