package io.npuq.worker.lane;

import io.npuq.schema.Lane;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.TestOverride;
import java.util.Optional;

/**
 * An engine that is loaded.
 *
 * @param engine generates
 * @param info what it loaded
 * @param device on what
 * @param initialLoadMs how long the first load of this model took, in milliseconds; an earlier engine's, where there was one
 */
public record LoadedEngine(Engine engine, EngineInfo info, LaneDevice device, double initialLoadMs) {
    /** Loads it, as the first one of its model. */
    public static LoadedEngine load(Engine engine, Optional<TestOverride> override) throws EngineException {
        EngineInfo info = engine.load();
        return new LoadedEngine(engine, info, LaneDevice.of(info, override), info.loadMs());
    }

    /** The lane that it is. */
    public Lane lane() {
        return device.lane();
    }

    /** What executes the model, as it is shown. */
    public String deviceActual() {
        return device.actual();
    }

    LoadedEngine withInitialLoadMs(double firstLoadMs) {
        return new LoadedEngine(engine, info, device, firstLoadMs);
    }

    boolean isLost() {
        return engine.lost().toCompletableFuture().isDone();
    }
}
