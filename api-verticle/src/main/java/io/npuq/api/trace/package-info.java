/** Traces for OpenTelemetry: what happened to a job from the request to the engine, as spans. */
@NullMarked
package io.npuq.api.trace;

import org.jspecify.annotations.NullMarked;
