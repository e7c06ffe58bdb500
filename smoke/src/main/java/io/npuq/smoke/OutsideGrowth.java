package io.npuq.smoke;

import java.util.OptionalLong;

/**
 * What an observer saw of the NPU's busy counter around a generation.
 *
 * @param beforeUs before the request was sent, in microseconds; empty when it could not be read
 * @param afterUs after the answer had come
 */
public record OutsideGrowth(OptionalLong beforeUs, OptionalLong afterUs) {
    /** Nobody looked. */
    public static final OutsideGrowth UNSEEN = new OutsideGrowth(OptionalLong.empty(), OptionalLong.empty());

    /** By how much it grew; empty when a reading is missing, or it jumped back. */
    public OptionalLong us() {
        boolean known = beforeUs.isPresent() && afterUs.isPresent() && afterUs.getAsLong() >= beforeUs.getAsLong();
        return known ? OptionalLong.of(afterUs.getAsLong() - beforeUs.getAsLong()) : OptionalLong.empty();
    }
}
