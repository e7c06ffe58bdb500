package io.npuq.scheduler.embedded;

import java.time.Instant;
import java.util.Optional;

/** How many jobs ended in the last minute. Written by the writer, read by anyone. */
final class ServiceRate {
    private static final int WINDOW_SECONDS = 60;

    private final long[] second = new long[WINDOW_SECONDS];
    private final long[] ended = new long[WINDOW_SECONDS];

    synchronized void ended(Instant now) {
        int slot = (int) Math.floorMod(now.getEpochSecond(), (long) WINDOW_SECONDS);
        if (second[slot] != now.getEpochSecond()) {
            second[slot] = now.getEpochSecond();
            ended[slot] = 0;
        }
        ended[slot]++;
    }

    /** Jobs a second, over as much of the last minute as has seen one end; empty when none did. */
    synchronized Optional<Double> perSecond(Instant now) {
        long from = now.getEpochSecond() - WINDOW_SECONDS;
        long total = 0;
        long first = Long.MAX_VALUE;
        for (int slot = 0; slot < WINDOW_SECONDS; slot++) {
            if (second[slot] > from && ended[slot] > 0) {
                total += ended[slot];
                first = Math.min(first, second[slot]);
            }
        }
        return total == 0 ? Optional.empty() : Optional.of((double) total / (now.getEpochSecond() - first + 1));
    }
}
