package io.npuq.worker.lane;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the NPU's busy counter said around one generation, in microseconds.
 *
 * @param beforeUs right before it
 * @param afterUs right after it
 * @param growthUs between the two; empty when either is missing or the counter jumped back
 * @param quiet whether it stood still in the idle window before; empty when that is not known
 */
record Busy(OptionalLong beforeUs, OptionalLong afterUs, OptionalLong growthUs, Optional<Boolean> quiet) {}
