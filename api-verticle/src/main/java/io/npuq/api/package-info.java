/**
 * HTTP in front of the queue. {@code http} is what all dialects share; every other sub-package is one dialect. No SQL, no engine: a
 * dialect knows the queue and what is said about lanes.
 */
@NullMarked
package io.npuq.api;

import org.jspecify.annotations.NullMarked;
