/**
 * JSON of a fixed shape while it is generated: what is fixed is written by npuq and fed as tokens, only values come from the model, and
 * only such tokens as keep the JSON whole. {@link io.npuq.worker.llm.guide.Guide} is the shape, {@link
 * io.npuq.worker.llm.guide.GuidedAnswer} runs it.
 */
@NullMarked
package io.npuq.worker.llm.guide;

import org.jspecify.annotations.NullMarked;
