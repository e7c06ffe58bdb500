package io.npuq.schema;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one generation, counted by the engine's own tokenizer; null where a remote one did not say.
 *
 * @param promptTokens the rendered prompt
 * @param completionTokens the answer, an end-of-turn token included
 */
public record Usage(
        @Nullable Integer promptTokens, @Nullable Integer completionTokens) {}
