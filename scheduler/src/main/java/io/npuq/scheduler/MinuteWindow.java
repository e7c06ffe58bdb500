package io.npuq.scheduler;

/** How much of something there was in the last 60 seconds, to the second. For one thread at a time. */
public final class MinuteWindow {
    private static final int SECONDS = 60;

    private final long[] perSecond = new long[SECONDS];
    private long second = Long.MIN_VALUE;
    private long sum;

    /** Counts so many more in that second, or in the latest one when time seems to go backwards. */
    public void add(long now, long amount) {
        move(now);
        perSecond[slot(second)] += amount;
        sum += amount;
    }

    /** In how many seconds there will have been fewer than the limit; 0 when there were. */
    public long secondsUntilBelow(long now, long limit) {
        move(now);
        long left = sum;
        int seconds = 0;
        while (left >= limit && seconds < SECONDS) {
            seconds++;
            left -= perSecond[slot(second + seconds)];
        }
        return seconds;
    }

    private void move(long now) {
        if (second == Long.MIN_VALUE) {
            second = now;
        }
        for (long steps = Math.min(SECONDS, now - second); steps > 0; steps--) {
            int oldest = slot(now - steps + 1);
            sum -= perSecond[oldest];
            perSecond[oldest] = 0;
        }
        second = Math.max(second, now);
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, (long) SECONDS);
    }
}
