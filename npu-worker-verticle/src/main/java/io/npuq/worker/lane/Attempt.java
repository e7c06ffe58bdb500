package io.npuq.worker.lane;

import io.npuq.schema.JobRequest;
import io.npuq.schema.RouteReason;

/**
 * One attempt of one job.
 *
 * @param request what to do
 * @param route why on this lane
 * @param number which attempt, from 1
 * @param queueWaitMs from acknowledgement to the start of this attempt, in milliseconds; 0 without a queue
 * @param loadMs what of that, or before that, went by while the model was loaded for this call; 0 when it was warm
 * @param acceptedTick when it was acknowledged, on the monotonic ticker, in nanoseconds
 */
public record Attempt(
        JobRequest request, RouteReason route, int number, double queueWaitMs, double loadMs, long acceptedTick) {}
