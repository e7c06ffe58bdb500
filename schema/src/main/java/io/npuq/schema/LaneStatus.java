package io.npuq.schema;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A lane as its operators see it, at one moment.
 *
 * @param lane which
 * @param device what it runs on, or is to run on; names a test override where there is one
 * @param model the model's name
 * @param modelPath where the model lies; empty for a lane without files
 * @param cacheDir where compiled models are kept
 * @param health whether it runs jobs, and how it has fared
 * @param initialLoadMs how long the first load took, in milliseconds
 * @param trouble why it cannot run jobs just now, for people; empty while its first model is still being loaded
 */
public record LaneStatus(
        Lane lane,
        String device,
        String model,
        Optional<Path> modelPath,
        Optional<Path> cacheDir,
        LaneHealth health,
        Optional<Double> initialLoadMs,
        Optional<String> trouble) {
    /** Whether a model is loaded now. */
    public boolean loaded() {
        return health.phase() == LanePhase.SERVING;
    }

    /** Why no model could be loaded since the start; empty once one was, and while the first is being loaded. */
    public Optional<String> neverLoaded() {
        return initialLoadMs.isEmpty() ? trouble : Optional.empty();
    }
}
