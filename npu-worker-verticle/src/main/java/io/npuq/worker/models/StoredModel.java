package io.npuq.worker.models;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A model on disk.
 *
 * @param name what it is called
 * @param path its directory
 * @param bytes of all its files
 * @param modified when its newest file was written
 * @param digest SHA-256 of its card ({@code npuq-model.json}), which has the SHA-256 of each file; empty where it has none
 * @param source where it came from, as its card says
 * @param facts what its own files say of it
 */
public record StoredModel(
        String name,
        Path path,
        long bytes,
        Instant modified,
        Optional<String> digest,
        Optional<String> source,
        ModelFacts facts) {}
