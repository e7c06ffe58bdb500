package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The queue.
 *
 * @param dataDir journal and index; one npuq a directory
 * @param queuedJobsMax how many jobs may wait
 * @param clientJobsMax how many jobs of one client may wait
 * @param queuedBytesMax how many bytes of inputs may wait
 * @param journalBytesMax how many bytes the journal may take, texts included, before submissions are refused
 * @param keepInputs whether the input of every ended job stays as long as its result, not only that of a failed one
 * @param resultRetention how long results are kept, and idempotency keys
 * @param spillAfter how long a job may have to wait for the main lane before a fallback lane takes it
 */
public record QueueConfig(
        Path dataDir,
        long queuedJobsMax,
        long clientJobsMax,
        long queuedBytesMax,
        long journalBytesMax,
        boolean keepInputs,
        Duration resultRetention,
        Duration spillAfter) {
    /** How long a job may have to wait for the main lane, when the configuration names no time. */
    public static final Duration SPILL_AFTER = Duration.ofSeconds(20);

    /** Checks the bounds. */
    public QueueConfig {
        atLeastOne("queued_jobs_max", queuedJobsMax);
        atLeastOne("client_jobs_max", clientJobsMax);
        atLeastOne("queued_bytes_max", queuedBytesMax);
        atLeastOne("journal_bytes_max", journalBytesMax);
        if (resultRetention.isNegative()) {
            throw new InvalidInputException("result_retention", "result_retention must not be negative");
        }
        if (spillAfter.isNegative() || spillAfter.isZero()) {
            throw new InvalidInputException("spill_after", "spill_after must be longer than 0");
        }
    }

    /** A queue in that directory with every default. */
    public static QueueConfig in(Path dataDir) {
        return new QueueConfig(
                dataDir,
                Limits.QUEUED_JOBS_MAX,
                Limits.QUEUED_JOBS_MAX,
                Limits.QUEUED_BYTES_MAX,
                Limits.JOURNAL_BYTES_MAX,
                false,
                Duration.ofDays(1),
                SPILL_AFTER);
    }

    /** The same queue with room for so many waiting jobs. */
    public QueueConfig withQueuedJobsMax(long jobs) {
        return new QueueConfig(
                dataDir, jobs, clientJobsMax, queuedBytesMax, journalBytesMax, keepInputs, resultRetention, spillAfter);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new InvalidInputException(name, name + " is " + value + "; it must be at least 1");
        }
    }
}
