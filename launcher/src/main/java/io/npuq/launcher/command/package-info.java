/** The commands, one a class. Results go to standard output, everything else to standard error. */
@NullMarked
package io.npuq.launcher.command;

import org.jspecify.annotations.NullMarked;
