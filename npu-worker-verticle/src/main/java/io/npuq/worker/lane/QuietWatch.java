package io.npuq.worker.lane;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Watches the busy counter while a lane is idle. The counter is the whole device's: when it stood still until the job began, what it
 * grew by during the job is the job's; when it did not, someone else uses the device too.
 *
 * <p>Only the last {@link #WINDOW_MAX} count: what another process did long before the job says nothing about it.
 */
public final class QuietWatch {
    /** The idle window reaches back as far as this. */
    static final Duration WINDOW_MAX = Duration.ofSeconds(5);

    /** A window shorter than this shows nothing: the driver counts when work ends. */
    static final Duration WINDOW_MIN = Duration.ofMillis(50);

    /** How often an idle lane calls {@link #sample}. */
    static final Duration SAMPLE_EVERY = Duration.ofSeconds(1);

    private record Sample(long tick, OptionalLong busyUs) {}

    private final BusyCounter counter;
    private final LongSupplier ticker;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private boolean idle;

    /**
     * A watch on a device that is not idle yet.
     *
     * @param ticker monotonic nanoseconds
     */
    public QuietWatch(BusyCounter counter, LongSupplier ticker) {
        this.counter = counter;
        this.ticker = ticker;
    }

    /** The lane is idle from now on. */
    public synchronized void beginIdle() {
        idle = true;
        samples.clear();
        sample();
    }

    /** Looks at the counter, while the lane is idle. */
    public synchronized void sample() {
        if (idle) {
            keep(new Sample(ticker.getAsLong(), counter.readUs()));
        }
    }

    /**
     * The lane is idle no more.
     *
     * @param now the counter as it stands
     * @return whether it stood still in the idle window; empty when it could not be read, or there was no such window
     */
    public synchronized Optional<Boolean> endIdle(OptionalLong now) {
        if (!idle) {
            return Optional.empty();
        }
        idle = false;
        keep(new Sample(ticker.getAsLong(), now));
        return verdict();
    }

    /** Forgets what lies before the window, but for the one sample that the window begins with. */
    private void keep(Sample sample) {
        samples.addLast(sample);
        while (samples.size() > 2 && sample.tick() - second().tick() >= WINDOW_MAX.toNanos()) {
            samples.removeFirst();
        }
    }

    private Sample second() {
        Sample first = samples.removeFirst();
        Sample second = samples.getFirst();
        samples.addFirst(first);
        return second;
    }

    private Optional<Boolean> verdict() {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        boolean tooShort = last.tick() - first.tick() < WINDOW_MIN.toNanos();
        if (tooShort || samples.stream().anyMatch(sample -> sample.busyUs().isEmpty())) {
            return Optional.empty();
        }
        long distinct = samples.stream()
                .mapToLong(s -> s.busyUs().getAsLong())
                .distinct()
                .count();
        boolean jumpedBack = last.busyUs().getAsLong() < first.busyUs().getAsLong();
        return jumpedBack ? Optional.empty() : Optional.of(distinct == 1);
    }
}
