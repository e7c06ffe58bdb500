package io.npuq.worker.models;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be pulled by a short name.
 *
 * @param name what it is called, here and on disk
 * @param aliases other names for the same
 * @param kind what it is for
 * @param repository on the hub
 * @param bytes about how much is fetched; null where nobody has looked
 * @param parameters how many it has, such as {@code 1.5B}
 * @param quantization of its weights, as its publisher says
 * @param devices that take it
 * @param companion files that the repository lacks and another one has; null where it lacks none
 */
public record CatalogueEntry(
        String name,
        List<String> aliases,
        ModelKind kind,
        String repository,
        @Nullable Long bytes,
        String parameters,
        String quantization,
        List<String> devices,
        @Nullable Companion companion) {
    /**
     * Files of another repository.
     *
     * @param repository on the same hub
     * @param files their paths there, and in the model's directory
     */
    public record Companion(String repository, List<String> files) {}
}
