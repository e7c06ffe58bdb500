/** A generation that a client waits for, whatever its dialect: submitted, followed to its end, cancelled when nobody waits any more. */
@NullMarked
package io.npuq.api.generate;

import org.jspecify.annotations.NullMarked;
