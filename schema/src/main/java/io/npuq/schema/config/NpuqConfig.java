package io.npuq.schema.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * All that can be configured.
 *
 * @param home npuq's own directory: runtime, models, caches
 * @param http the server
 * @param queue the queue
 * @param engine the engine
 * @param embedding embeddings
 * @param drainTimeout how long a stop waits for the running job
 */
public record NpuqConfig(
        Path home,
        HttpConfig http,
        QueueConfig queue,
        EngineConfig engine,
        EmbeddingConfig embedding,
        Duration drainTimeout) {}
