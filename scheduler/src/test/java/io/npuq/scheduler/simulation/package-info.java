/**
 * Plays the real queue, on real files, against a model of it that is small enough to be seen to be right: one thread asks, time and
 * crashes come from dice, and after every step queue and model must show the same.
 */
@NullMarked
package io.npuq.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
