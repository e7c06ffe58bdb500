package io.npuq.scheduler;

import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import java.util.Optional;

/**
 * A job on its way from the queue of one host into a store that hosts share. None that runs is moved.
 *
 * @param row what is known of it
 * @param input what was asked, with its salt, where it is still kept
 * @param output answer and labels, with their salt, where they are still kept
 * @param error why it did not succeed
 * @param evidence what ran where
 * @param key the idempotency key that it came with
 */
public record MovedJob(
        JobRow row,
        Optional<Body> input,
        Optional<Body> output,
        Optional<JobError> error,
        Optional<Evidence> evidence,
        Optional<Change.Idempotency> key) {}
