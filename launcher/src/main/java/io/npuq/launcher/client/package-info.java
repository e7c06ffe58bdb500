/** The client side of the jobs API, for the commands that talk to a server. */
@NullMarked
package io.npuq.launcher.client;

import org.jspecify.annotations.NullMarked;
