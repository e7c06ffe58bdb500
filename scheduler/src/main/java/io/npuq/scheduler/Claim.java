package io.npuq.scheduler;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to run one attempt of one job. Whoever holds it owes the queue a {@link JobQueue#finish} or a {@link JobQueue#recover}.
 *
 * @param id the job
 * @param attempt which attempt, from 1; answers of an older one are fenced off
 * @param lane whose it is
 * @param routeReason why that lane
 * @param request what to do, its input included
 * @param acceptedAt when it was acknowledged
 * @param deadlineAt when it must have ended
 * @param queueWaitMs from acknowledgement to this claim, in milliseconds
 * @param cancel set when the job must stop
 */
public record Claim(
        JobId id,
        int attempt,
        Lane lane,
        RouteReason routeReason,
        JobRequest request,
        Instant acceptedAt,
        Optional<Instant> deadlineAt,
        double queueWaitMs,
        CancelSignal cancel) {}
