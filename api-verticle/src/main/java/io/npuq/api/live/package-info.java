/** How all stands, told as it changes: what a page needs that people leave open. */
@NullMarked
package io.npuq.api.live;

import org.jspecify.annotations.NullMarked;
