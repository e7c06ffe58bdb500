package io.npuq.launcher.report;

import io.npuq.schema.Timing;
import org.jspecify.annotations.Nullable;

/** What is measured of a job, out of its evidence. */
public enum Measure {
    /** From acknowledgement to the start of the attempt that ended it. */
    QUEUE_WAIT("queue_wait"),
    /** From the engine's start of the job to its first token. */
    TIME_TO_FIRST_TOKEN("time_to_first_token"),
    /** From the engine's start of the job to its end. */
    GENERATE("generate"),
    /** All but the wait in the queue, and with the load that the job waited for: what a client sees of an idle server. */
    SERVICE("service"),
    /** From acknowledgement to the end. */
    TOTAL("total");

    private final String label;

    Measure(String label) {
        this.label = label;
    }

    /** Its name, as evidence has it. */
    public String label() {
        return label;
    }

    /** In milliseconds; null where that did not happen. */
    @Nullable
    Double of(Timing timing) {
        return switch (this) {
            case QUEUE_WAIT -> timing.queueWait();
            case TIME_TO_FIRST_TOKEN -> timing.timeToFirstToken();
            case GENERATE -> timing.generate();
            case SERVICE -> service(timing);
            case TOTAL -> timing.total();
        };
    }

    private static @Nullable Double service(Timing timing) {
        Double total = timing.total();
        Double wait = timing.queueWait();
        if (total == null || wait == null) {
            return null;
        }
        double load = timing.load() == null ? 0 : timing.load();
        return Math.max(0, total - wait) + load;
    }
}
