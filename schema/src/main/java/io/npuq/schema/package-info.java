/** What jobs are: kinds, limits, states, evidence and the configuration record. No HTTP, no SQL, no engine. */
@NullMarked
package io.npuq.schema;

import org.jspecify.annotations.NullMarked;
