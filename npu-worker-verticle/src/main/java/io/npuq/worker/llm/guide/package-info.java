/**
 * JSON of a given shape while it is generated: what is fixed is written by npuq and fed as tokens, only values come from the model, and
 * only such tokens as keep the JSON whole. For a bounded kind {@link io.npuq.worker.llm.guide.Guide} is the shape and {@link
 * io.npuq.worker.llm.guide.GuidedAnswer} runs it: it knows more than JSON, such as where a sentence ends and what fits. For a client's own
 * shape {@link io.npuq.worker.llm.guide.DocumentAnswer} runs a {@linkplain io.npuq.worker.llm.grammar grammar}.
 */
@NullMarked
package io.npuq.worker.llm.guide;

import org.jspecify.annotations.NullMarked;
