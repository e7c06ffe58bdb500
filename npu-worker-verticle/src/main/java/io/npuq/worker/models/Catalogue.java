package io.npuq.worker.models;

import com.fasterxml.jackson.core.type.TypeReference;
import io.npuq.schema.Json;
import io.npuq.worker.setup.ModelName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Short names for models on the hub.
 *
 * @param entries in the order in which they are shown
 */
public record Catalogue(List<CatalogueEntry> entries) {
    private static final String RESOURCE = "catalogue.json";

    /** Copies the list. */
    public Catalogue {
        entries = List.copyOf(entries);
    }

    /** The catalogue of this version of npuq. */
    public static Catalogue standard() {
        try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
            return new Catalogue(Json.MAPPER.readValue(Objects.requireNonNull(in, RESOURCE), new TypeReference<>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + " from npuq's own jar", e);
        }
    }

    /** The entry of that name, or of one that means the same. */
    public Optional<CatalogueEntry> find(ModelName name) {
        return entries.stream()
                .filter(entry ->
                        entry.name().equals(name.value()) || entry.aliases().contains(name.value()))
                .findFirst();
    }

    /** The name under which a model is kept that is called so. */
    public ModelName canonical(ModelName name) {
        return find(name).map(entry -> new ModelName(entry.name())).orElse(name);
    }
}
