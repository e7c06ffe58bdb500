/** Benchmarks, run by hand. */
@NullMarked
package io.npuq.bench;

import org.jspecify.annotations.NullMarked;
