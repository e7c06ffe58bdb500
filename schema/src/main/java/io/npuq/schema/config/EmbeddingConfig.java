package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.util.Optional;

/**
 * Embeddings.
 *
 * @param model a directory with an encoder in OpenVINO's form, or the name of one under {@code home/models}; empty for no embeddings
 * @param device what runs it, as OpenVINO names it: {@code CPU} or {@code GPU}. Never the NPU: its busy counter is the whole device's,
 *     so that two engines on it could not tell their work apart
 * @param cacheSize how many vectors are kept; 0 for none
 */
public record EmbeddingConfig(Optional<String> model, String device, int cacheSize) {
    /** Checks the bound. */
    public EmbeddingConfig {
        if (cacheSize < 0) {
            throw new InvalidInputException("embedding_cache_size", "embedding_cache_size must not be negative");
        }
    }
}
