package io.npuq.scheduler.common;

import io.npuq.scheduler.Submission;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Whether what keeps the jobs has room for one more. */
@FunctionalInterface
public interface Room {
    /** Why it has none; empty when it has. */
    Optional<Submission.Refused> refusal(Instant now) throws IOException;
}
