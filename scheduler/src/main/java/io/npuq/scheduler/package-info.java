/**
 * The queue as its callers see it, and its {@link io.npuq.scheduler.RequestLog}. {@code journal}, {@code index} and {@code embedded} are
 * how it is kept; callers open it and need no more.
 */
@NullMarked
package io.npuq.scheduler;

import org.jspecify.annotations.NullMarked;
