package io.npuq.worker.lane;

import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
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

    /** Why a job of that policy runs on it, where no queue chose it. */
    public RouteReason onlyRoute(DevicePolicy policy) {
        if (device.npu()) {
            return policy == DevicePolicy.PREFER_NPU ? RouteReason.WITHIN_LIMIT : RouteReason.REQUESTED;
        }
        if (policy == DevicePolicy.ANY) {
            return RouteReason.REQUESTED;
        }
        return info.npuLoadError() == null ? RouteReason.NPU_UNAVAILABLE : RouteReason.LOAD_FAILED;
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
