package io.npuq.scheduler.common;

import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import java.time.Instant;
import java.util.Optional;

/** A job that waits, as far as routing looks at it. */
public interface InLine {
    /** Its name. */
    JobId id();

    /** The line that it waits in. */
    Line line();

    /** Where it may run. */
    DevicePolicy device();

    /** Tokens of its prompt; 0 when nobody has counted them. */
    int promptTokens();

    /** Whether the main lane does not take a prompt of that length, by what is on record. */
    boolean tooLong();

    /** When it expires. */
    Optional<Instant> deadlineAt();
}
