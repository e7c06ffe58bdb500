/** Measures what the store's own statements cost with many hosts, which only this package can ask. */
@NullMarked
package io.npuq.scheduler.postgres;

import org.jspecify.annotations.NullMarked;
