/** A lane on another server: anything that speaks OpenAI's chat completions. */
@NullMarked
package io.npuq.worker.remote;

import org.jspecify.annotations.NullMarked;
