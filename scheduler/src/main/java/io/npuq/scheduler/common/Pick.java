package io.npuq.scheduler.common;

import io.npuq.schema.RouteReason;

/** A job for a lane, and why. */
public record Pick<J extends InLine>(J job, RouteReason reason) {}
