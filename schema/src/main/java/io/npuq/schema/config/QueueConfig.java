package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The queue.
 *
 * @param dataDir journal and index; one npuq a directory
 * @param queuedJobsMax how many jobs may wait
 * @param keepInputs whether inputs stay until their results go
 * @param resultRetention how long results are kept
 */
public record QueueConfig(Path dataDir, long queuedJobsMax, boolean keepInputs, Duration resultRetention) {
    /** Checks the bounds. */
    public QueueConfig {
        if (queuedJobsMax < 1) {
            throw new InvalidInputException(
                    "queued_jobs_max", "queued_jobs_max is " + queuedJobsMax + "; it must be at least 1");
        }
        if (resultRetention.isNegative()) {
            throw new InvalidInputException("result_retention", "result_retention must not be negative");
        }
    }
}
