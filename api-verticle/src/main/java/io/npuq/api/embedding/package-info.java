/** Embedding jobs, as every dialect takes them. */
@NullMarked
package io.npuq.api.embedding;

import org.jspecify.annotations.NullMarked;
