package io.npuq.worker.lane;

import io.npuq.scheduler.LaneState;
import io.npuq.schema.Lane;
import io.npuq.worker.engine.TestOverride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a lane is told.
 *
 * @param lane which lane it is, until its engine says on what it runs
 * @param role what it is there for
 * @param promptTokensMax the longest prompt that it takes, as far as that is known before its engine says so
 * @param device what its engine is to use, as it is shown until the engine says what it uses
 * @param model what its engine is to load, for its status
 * @param busyCounter the NPU's busy counter; empty to look for it
 * @param override a test override of this process; its counter stands before {@code busyCounter}
 * @param drainTimeout how long a stop waits for the running job
 * @param keepAlive how long a model is kept that no job asks for; empty for ever
 * @param quarantineMax how long at most a device is left alone after its engine had to be ended
 */
public record LaneSettings(
        Lane lane,
        LaneState.Role role,
        OptionalInt promptTokensMax,
        String device,
        Model model,
        Optional<Path> busyCounter,
        Optional<TestOverride> override,
        Duration drainTimeout,
        Optional<Duration> keepAlive,
        Duration quarantineMax) {
    /** The longest quarantine where nobody says otherwise. */
    public static final Duration QUARANTINE_MAX_DEFAULT = Duration.ofMinutes(2);

    /** A lane that keeps its model for ever. */
    public LaneSettings(
            Lane lane,
            LaneState.Role role,
            OptionalInt promptTokensMax,
            String device,
            Model model,
            Optional<Path> busyCounter,
            Optional<TestOverride> override,
            Duration drainTimeout) {
        this(
                lane,
                role,
                promptTokensMax,
                device,
                model,
                busyCounter,
                override,
                drainTimeout,
                Optional.empty(),
                QUARANTINE_MAX_DEFAULT);
    }

    /**
     * A model, as a lane's status shows it.
     *
     * @param name its name
     * @param path where it lies; empty for an engine without files
     * @param cacheDir where compiled models are kept; empty for an engine without a cache
     */
    public record Model(String name, Optional<Path> path, Optional<Path> cacheDir) {}

    /** Which lane it is once its engine is loaded on that device; that of embeddings is it on any. */
    Lane laneOn(LaneDevice loaded) {
        return lane == Lane.EMBEDDING ? lane : loaded.lane();
    }

    /** The NPU has no part in embeddings: what others do on it would be read as theirs. */
    BusyCounter counter() {
        return lane == Lane.EMBEDDING
                ? BusyCounter.none()
                : BusyCounter.of(override.map(TestOverride::counterFile).or(this::busyCounter));
    }
}
