/** What every store of the queue does alike: order, routing, admission, feeds, and the forms of what it keeps. Knows no store. */
@NullMarked
package io.npuq.scheduler.common;

import org.jspecify.annotations.NullMarked;
