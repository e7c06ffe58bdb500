/** How commands show that they get on. */
@NullMarked
package io.npuq.launcher.progress;

import org.jspecify.annotations.NullMarked;
