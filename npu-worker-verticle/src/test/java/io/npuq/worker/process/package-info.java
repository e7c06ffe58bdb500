/** Tests with real child processes. */
@NullMarked
package io.npuq.worker.process;

import org.jspecify.annotations.NullMarked;
