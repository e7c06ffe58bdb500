/** Plain text without a model: sentences and words, in any script. Pure functions. */
@NullMarked
package io.npuq.worker.text;

import org.jspecify.annotations.NullMarked;
