/** The shape of a JSON answer, read from a JSON Schema. */
@NullMarked
package io.npuq.schema.shape;

import org.jspecify.annotations.NullMarked;
