/** What is counted and timed, for Prometheus. No label has a value that a client chose. */
@NullMarked
package io.npuq.api.metrics;

import org.jspecify.annotations.NullMarked;
