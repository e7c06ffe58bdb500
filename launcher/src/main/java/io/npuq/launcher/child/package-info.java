/** npuq as a child process of npuq. */
@NullMarked
package io.npuq.launcher.child;

import org.jspecify.annotations.NullMarked;
