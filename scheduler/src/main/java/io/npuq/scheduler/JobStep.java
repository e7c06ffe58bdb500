package io.npuq.scheduler;

import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.Lane;
import io.npuq.schema.TraceContext;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to a job and is on disk, with the job as it left it. Times are by the queue's clock.
 *
 * @param id the job
 * @param kind what was asked
 * @param attempt how often it was started
 * @param lane where it runs; at its end where it ran, empty when it ended in the queue
 * @param acceptedAt when it was acknowledged
 * @param startedAt when its latest attempt began
 * @param at when it happened
 * @param onDiskAt when that was on disk
 * @param trace the span below which its own belong
 */
public record JobStep(
        JobId id,
        JobKind kind,
        int attempt,
        Optional<Lane> lane,
        Instant acceptedAt,
        Optional<Instant> startedAt,
        Instant at,
        Instant onDiskAt,
        Optional<TraceContext> trace) {}
