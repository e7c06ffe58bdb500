package io.npuq.launcher.report;

import io.npuq.schema.Evidence;
import io.npuq.schema.JobKind;
import io.npuq.schema.Timing;
import io.npuq.schema.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The jobs of one kind that one device executed, those that waited for a model's load apart from the others. */
public final class Group {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * Which jobs.
     *
     * @param kind what was asked
     * @param device what OpenVINO says executed it
     * @param cold whether the job waited for a load of its model
     */
    public record Key(JobKind kind, String device, boolean cold) implements Comparable<Key> {
        /** For people, such as {@code summary on CPU, warm}. */
        public String text() {
            return kind.wire() + " on " + device + (cold ? ", cold" : ", warm");
        }

        @Override
        public int compareTo(Key other) {
            return text().compareTo(other.text());
        }
    }

    private final Map<Measure, Distribution> durations = new EnumMap<>(Measure.class);
    private long jobs;
    private long verified;
    private long tokens;
    private double tokensMs;
    private long counted;
    private double busyMs;
    private double countedMs;

    Group() {
        for (Measure measure : Measure.values()) {
            durations.put(measure, new Distribution());
        }
    }

    void add(Evidence evidence) {
        jobs++;
        verified += evidence.verdict() == Verdict.NPU_VERIFIED ? 1 : 0;
        Timing timing = evidence.timing();
        for (Measure measure : Measure.values()) {
            Double ms = measure.of(timing);
            if (ms != null) {
                of(measure).add(ms);
            }
        }
        addRates(evidence, timing.generate());
    }

    private void addRates(Evidence evidence, @Nullable Double generateMs) {
        if (generateMs == null) {
            return;
        }
        if (evidence.completionTokens() != null) {
            tokens += evidence.completionTokens();
            tokensMs += generateMs;
        }
        if (evidence.npuBusyDeltaUs() != null) {
            counted++;
            busyMs += evidence.npuBusyDeltaUs() / MICROS_PER_MILLI;
            countedMs += generateMs;
        }
    }

    /** What was measured of them. */
    public Distribution of(Measure measure) {
        return Objects.requireNonNull(durations.get(measure), "there is one for each measure");
    }

    /** How many there are. */
    public long jobs() {
        return jobs;
    }

    /** Share of them that are proven to be the NPU's work, from 0 to 1. */
    public double verifiedShare() {
        return jobs == 0 ? 0 : (double) verified / jobs;
    }

    /** Tokens that were made in a second of generation; empty when none were. */
    public OptionalDouble tokensPerSecond() {
        return tokens == 0 || tokensMs == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(tokens / tokensMs * MILLIS_PER_SECOND);
    }

    /** How many have a reading of the busy counter before and after. */
    public long counted() {
        return counted;
    }

    /** By how much the busy counter grew in all of those, in milliseconds; empty when it was read for none. */
    public OptionalDouble busyMs() {
        return counted == 0 ? OptionalDouble.empty() : OptionalDouble.of(busyMs);
    }

    /** What the counter grew by, as a share of the time that the same jobs took to generate; empty when it was read for none. */
    public OptionalDouble dutyRatio() {
        return counted == 0 || countedMs == 0 ? OptionalDouble.empty() : OptionalDouble.of(busyMs / countedMs);
    }
}
