package io.npuq.scheduler.common;

import io.npuq.schema.JobKind;
import io.npuq.schema.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How fast jobs go: how many ended in the last minute, and how long the latest of each kind ran. Written by the writer, read by anyone. */
@SuppressWarnings("EnumOrdinal") // indexes arrays that live no longer than the process
public final class Pace {
    private static final int WINDOW_SECONDS = 60;

    /** Weight of the newest run in the mean: about the last eight count. */
    private static final double NEWEST = 0.125;

    private final long[] second = new long[WINDOW_SECONDS];
    private final long[] ended = new long[WINDOW_SECONDS];
    private final double[] runMicros = new double[JobKind.values().length];
    private final double[] laneRunMicros = new double[Lane.values().length];
    private double anyRunMicros;

    public synchronized void ended(Instant now, JobKind kind, Lane lane, Duration ran) {
        int slot = (int) Math.floorMod(now.getEpochSecond(), (long) WINDOW_SECONDS);
        if (second[slot] != now.getEpochSecond()) {
            second[slot] = now.getEpochSecond();
            ended[slot] = 0;
        }
        ended[slot]++;
        double micros = Math.max(1, ran.toNanos() / 1e3);
        runMicros[kind.ordinal()] = mean(runMicros[kind.ordinal()], micros);
        laneRunMicros[lane.ordinal()] = mean(laneRunMicros[lane.ordinal()], micros);
        anyRunMicros = mean(anyRunMicros, micros);
    }

    /** Jobs a second, over as much of the last minute as has seen one end; empty when none did. */
    public synchronized Optional<Double> perSecond(Instant now) {
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

    /** How long a job of that kind is expected to run; zero before any job was timed. */
    public synchronized Duration runTime(JobKind kind) {
        double micros = runMicros[kind.ordinal()] > 0 ? runMicros[kind.ordinal()] : anyRunMicros;
        return micros(micros);
    }

    /** How long a job is expected to run on that lane, or on any where none has run there; zero before any job was timed. */
    public synchronized Duration runTime(Lane lane) {
        double micros = laneRunMicros[lane.ordinal()];
        return micros(micros > 0 ? micros : anyRunMicros);
    }

    /** How long until so many jobs have run; empty before any job was timed. */
    public synchronized Optional<Duration> timeFor(long jobs) {
        return anyRunMicros == 0 ? Optional.empty() : Optional.of(micros(anyRunMicros * jobs));
    }

    private static double mean(double before, double newest) {
        return before == 0 ? newest : before + NEWEST * (newest - before);
    }

    private static Duration micros(double micros) {
        return Duration.ofNanos((long) (micros * 1e3));
    }
}
