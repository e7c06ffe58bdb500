package io.npuq.worker.llm;

import io.npuq.worker.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory with a model in OpenVINO's form.
 *
 * @param path it exists, and has every file that a generation needs
 */
public record ModelDirectory(Path path) {
    private static final List<String> FILES = List.of(
            "openvino_model.xml",
            "openvino_model.bin",
            "openvino_tokenizer.xml",
            "openvino_tokenizer.bin",
            "openvino_detokenizer.xml",
            "openvino_detokenizer.bin");

    /**
     * Looks whether all is there.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE}, naming what is missing and the next step
     */
    public static ModelDirectory open(Path path) throws EngineException {
        if (!Files.isDirectory(path)) {
            throw unavailable("there is no model directory " + path
                    + "; name another with --model, or fetch one with npuq pull (npuq models lists them)");
        }
        List<String> missing = FILES.stream()
                .filter(file -> !Files.isRegularFile(path.resolve(file)))
                .toList();
        if (!missing.isEmpty()) {
            throw unavailable(
                    "the model directory " + path + " lacks " + String.join(", ", missing)
                            + "; export the model again with its tokenizer (optimum-cli export openvino), or fetch one with npuq pull");
        }
        return new ModelDirectory(path);
    }

    private static EngineException unavailable(String message) {
        return new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, message);
    }

    String name() {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    Path file(String name) {
        return path.resolve(name);
    }

    Path modelXml() {
        return file("openvino_model.xml");
    }

    Path modelBin() {
        return file("openvino_model.bin");
    }
}
