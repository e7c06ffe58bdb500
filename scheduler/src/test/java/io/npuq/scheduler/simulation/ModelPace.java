package io.npuq.scheduler.simulation;

import io.npuq.schema.JobKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How long jobs run: of each kind, and of any, a mean in which the newest weighs an eighth. */
final class ModelPace {
    private final Map<JobKind, Double> microsByKind = new EnumMap<>(JobKind.class);
    private double anyMicros;

    void ended(JobKind kind, Duration ran) {
        double micros = Math.max(1, ran.toNanos() / 1e3);
        microsByKind.merge(kind, micros, ModelPace::mean);
        anyMicros = anyMicros == 0 ? micros : mean(anyMicros, micros);
    }

    Duration runTime(JobKind kind) {
        return micros(microsByKind.getOrDefault(kind, anyMicros));
    }

    Optional<Duration> timeFor(long jobs) {
        return microsByKind.isEmpty() ? Optional.empty() : Optional.of(micros(anyMicros * jobs));
    }

    ModelPace copy() {
        ModelPace copy = new ModelPace();
        copy.microsByKind.putAll(microsByKind);
        copy.anyMicros = anyMicros;
        return copy;
    }

    private static double mean(double before, double newest) {
        return before + (newest - before) / 8;
    }

    private static Duration micros(double micros) {
        return Duration.ofNanos((long) (micros * 1e3));
    }
}
