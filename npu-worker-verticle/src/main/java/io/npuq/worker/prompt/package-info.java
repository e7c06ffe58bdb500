/** What a model is told: its chat template, npuq's own prompts for the bounded kinds, and what is done to its answers. */
@NullMarked
package io.npuq.worker.prompt;

import org.jspecify.annotations.NullMarked;
