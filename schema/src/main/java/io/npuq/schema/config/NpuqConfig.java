package io.npuq.schema.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All that can be configured.
 *
 * @param home npuq's own directory: runtime, models, caches
 * @param http the server
 * @param queue the queue
 * @param store where the queue is kept that hosts share; empty where it is in its directory
 * @param engine the engine
 * @param embedding embeddings
 * @param drainTimeout how long a stop waits for the running job
 * @param otlpEndpoint where traces are sent, by OTLP over HTTP; empty for nowhere
 */
public record NpuqConfig(
        Path home,
        HttpConfig http,
        QueueConfig queue,
        Optional<StoreConfig> store,
        EngineConfig engine,
        EmbeddingConfig embedding,
        Duration drainTimeout,
        Optional<URI> otlpEndpoint) {}
