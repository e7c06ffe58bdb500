/** The page that people watch npuq on; all that it shows comes over the routes that everyone has. */
@NullMarked
package io.npuq.api.ui;

import org.jspecify.annotations.NullMarked;
