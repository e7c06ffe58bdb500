/** Many documents through the jobs API: found, cut into parts, handed in, joined, and written down each once. */
@NullMarked
package io.npuq.launcher.batch;

import org.jspecify.annotations.NullMarked;
