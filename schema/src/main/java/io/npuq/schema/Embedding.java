package io.npuq.schema;

/**
 * What the model makes of one text.
 *
 * @param vector its vector
 * @param tokens how many tokens the model read, special ones included
 * @param truncated whether the text had more than the model reads, so that its end was cut off
 * @param cached whether an earlier job had the same text, so that nothing was computed for this one
 */
public record Embedding(EmbeddingVector vector, int tokens, boolean truncated, boolean cached) {
    /** The same, as one that was known before. */
    public Embedding asCached() {
        return new Embedding(vector, tokens, truncated, true);
    }
}
