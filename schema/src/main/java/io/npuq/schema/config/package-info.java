/** The configuration as one typed, validated record; where each value came from is the launcher's business. */
@NullMarked
package io.npuq.schema.config;

import org.jspecify.annotations.NullMarked;
