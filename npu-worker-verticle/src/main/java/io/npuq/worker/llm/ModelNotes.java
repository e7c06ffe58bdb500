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
        return noted(dir).map(noted -> noted.mode().toUpperCase(Locale.ROOT));
    }

    /** What is wrong with a model's weights for the NPU, in a sentence; empty when nothing is, or nothing was noted. */
    public static Optional<String> npuComplaint(Path dir) {
        return noted(dir).flatMap(Quantization::npuComplaint);
    }

    private static Optional<Quantization> noted(Path dir) {
        ModelDirectory model = new ModelDirectory(dir);
        try {
            return Optional.of(Quantization.of(model, IrGraph.read(model.modelXml())))
                    .filter(Quantization::isNoted);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
