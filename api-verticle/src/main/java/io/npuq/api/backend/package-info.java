/** The backend dialect: one text in and one out, or vectors, each with what made it. */
@NullMarked
package io.npuq.api.backend;

import org.jspecify.annotations.NullMarked;
