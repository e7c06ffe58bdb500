/** A lane: one device, one engine, one thread that takes jobs, runs them, and hands in what happened with its evidence. */
@NullMarked
package io.npuq.worker.lane;

import org.jspecify.annotations.NullMarked;
