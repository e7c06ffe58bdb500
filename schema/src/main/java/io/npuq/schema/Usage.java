package io.npuq.schema;

/**
 * Tokens of one generation, counted by the engine's own tokenizer.
 *
 * @param promptTokens the rendered prompt
 * @param completionTokens the answer, an end-of-turn token included
 */
public record Usage(int promptTokens, int completionTokens) {}
