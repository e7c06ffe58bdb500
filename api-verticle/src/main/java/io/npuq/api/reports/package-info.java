/** Reports from the request log, over HTTP. */
@NullMarked
package io.npuq.api.reports;

import org.jspecify.annotations.NullMarked;
