/** The parts of a server put together: queue, HTTP, lane and engine. */
@NullMarked
package io.npuq.launcher.server;

import org.jspecify.annotations.NullMarked;
