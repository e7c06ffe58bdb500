/**
 * H2 as an index over the journal: for order, listing and counting. It holds no text and no truth; whatever is wrong with it, it is
 * built again.
 */
@NullMarked
package io.npuq.scheduler.index;

import org.jspecify.annotations.NullMarked;
