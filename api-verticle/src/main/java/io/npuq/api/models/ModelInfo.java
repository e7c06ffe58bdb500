package io.npuq.api.models;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model on disk. What nobody knows of it is empty.
 *
 * @param name what it is called
 * @param bytes of all its files
 * @param digest SHA-256 of the list of its files and their hashes, in hexadecimal digits
 * @param modified when its newest file was written
 * @param family such as {@code qwen2}
 * @param architecture such as {@code Qwen2ForCausalLM}
 * @param parameterSize such as {@code 1.5B}
 * @param quantization such as {@code INT4_SYM}
 * @param contextLength in tokens
 * @param template its chat template, in Jinja
 * @param sampling what its publisher recommends: {@code temperature}, {@code top_p} and the like
 * @param capabilities of {@code completion}, {@code tools}, {@code embedding}
 */
public record ModelInfo(
        String name,
        long bytes,
        Optional<String> digest,
        Instant modified,
        Optional<String> family,
        Optional<String> architecture,
        Optional<String> parameterSize,
        Optional<String> quantization,
        OptionalInt contextLength,
        Optional<String> template,
        Map<String, Number> sampling,
        List<String> capabilities) {
    /** Copies the collections. */
    public ModelInfo {
        sampling = Map.copyOf(sampling);
        capabilities = List.copyOf(capabilities);
    }
}
