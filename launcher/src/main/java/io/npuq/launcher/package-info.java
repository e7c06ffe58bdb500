/** The command line of npuq. */
@NullMarked
package io.npuq.launcher;

import org.jspecify.annotations.NullMarked;
