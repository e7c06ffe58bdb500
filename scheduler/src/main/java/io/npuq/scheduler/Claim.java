package io.npuq.scheduler;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to run one attempt of one job. Whoever holds it owes the queue a {@link JobQueue#finish} or a {@link JobQueue#recover}. One that
 * has not begun is the right to begin it, while nobody takes it back ({@link JobQueue#begin}); nothing is owed for it.
 *
 * @param id the job
 * @param attempt which attempt, from 1; answers of an older one are fenced off
 * @param lane whose it is
 * @param routeReason why that lane
 * @param request what to do, its input included
 * @param acceptedAt when it was acknowledged
 * @param deadlineAt when it must have ended
 * @param begun whether the attempt has begun
 * @param queueWaitMs from acknowledgement to the attempt's beginning, or where it has not begun to this claim, in milliseconds
 * @param cancel set when the job must stop; where it has not begun, when it was taken back
 */
public record Claim(
        JobId id,
        int attempt,
        Lane lane,
        RouteReason routeReason,
        JobRequest request,
        Instant acceptedAt,
        Optional<Instant> deadlineAt,
        boolean begun,
        double queueWaitMs,
        CancelSignal cancel) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** The same, begun then. */
    public Claim begun(Instant at) {
        return new Claim(
                id, attempt, lane, routeReason, request, acceptedAt, deadlineAt, true, waitMs(acceptedAt, at), cancel);
    }

    /** How long a job waited that was accepted then, in milliseconds. */
    public static double waitMs(Instant acceptedAt, Instant until) {
        return Duration.between(acceptedAt, until).toNanos() / NANOS_PER_MILLI;
    }
}
