/**
 * Fetches what npuq runs on, once, into its own directory: OpenVINO's libraries, and a small model. Python and pip do the fetching;
 * after that neither is needed.
 */
@NullMarked
package io.npuq.worker.setup;

import org.jspecify.annotations.NullMarked;
