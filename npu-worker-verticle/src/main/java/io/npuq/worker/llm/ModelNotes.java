package io.npuq.worker.llm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a model's exporter noted, for people. */
public final class ModelNotes {
    private ModelNotes() {}

    /** How the weights of a model were compressed, such as {@code INT4_SYM}; empty when nothing was noted, or it cannot be read. */
    public static Optional<String> weights(Path dir) {
        ModelDirectory model = new ModelDirectory(dir);
        try {
            Quantization noted = Quantization.of(model, IrGraph.read(model.modelXml()));
            return noted.isNoted() ? Optional.of(noted.mode().toUpperCase(Locale.ROOT)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
