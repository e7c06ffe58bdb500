/**
 * Embeddings: an encoder model on OpenVINO, pooled and normalized as its configuration says, and the cache in front of it. {@link
 * io.npuq.worker.embedding.EmbeddingEngine} is what an engine's process holds; {@link io.npuq.worker.embedding.CachedEmbeddings} is
 * what the lane holds.
 */
@NullMarked
package io.npuq.worker.embedding;

import org.jspecify.annotations.NullMarked;
