/** The lanes as their operators see them: whether all is well, and the model that they run. */
@NullMarked
package io.npuq.api.lanes;

import org.jspecify.annotations.NullMarked;
