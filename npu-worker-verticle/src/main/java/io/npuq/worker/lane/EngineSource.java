package io.npuq.worker.lane;

import io.npuq.worker.engine.Engine;
import java.util.function.Supplier;

/**
 * Where a lane's engines come from.
 *
 * @param model what they load
 * @param engines makes a new one, not loaded yet
 */
public record EngineSource(LaneSettings.Model model, Supplier<Engine> engines) {}
