/** The queue kept in one directory by one process: the journal is its truth, H2 its index, one thread its writer. */
@NullMarked
package io.npuq.scheduler.embedded;

import org.jspecify.annotations.NullMarked;
