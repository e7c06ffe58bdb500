/** Reports from the request log: what is in it, counted in bounded memory, and shown as HTML, Markdown, CSV or JSON. */
@NullMarked
package io.npuq.launcher.report;

import org.jspecify.annotations.NullMarked;
