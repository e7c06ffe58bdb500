/**
 * The queue of many hosts, kept in PostgreSQL, which is its truth. In each process one thread writes, a few read; what they say to the
 * database stands in the classes named {@code …Table}, one statement a method.
 */
@NullMarked
package io.npuq.scheduler.postgres;

import org.jspecify.annotations.NullMarked;
