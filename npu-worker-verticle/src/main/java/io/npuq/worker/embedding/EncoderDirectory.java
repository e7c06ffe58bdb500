package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.npuq.schema.Json;
import io.npuq.worker.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with an encoder in OpenVINO's form.
 *
 * @param path it exists, and has every file that an embedding needs
 */
public record EncoderDirectory(Path path) {
    private static final List<String> FILES =
            List.of("openvino_model.xml", "openvino_model.bin", "openvino_tokenizer.xml", "openvino_tokenizer.bin");

    /** Files of the modules lie one level below. */
    private static final int DEPTH = 2;

    /**
     * Looks whether all is there.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE}, naming what is missing and the next step
     */
    public static EncoderDirectory open(Path path) throws EngineException {
        if (!Files.isDirectory(path)) {
            throw unavailable(
                    "there is no directory " + path + " with an embedding model; name another with --embedding-model,"
                            + " or fetch one with npuq pull (npuq models --catalogue lists some)");
        }
        List<String> missing = FILES.stream()
                .filter(file -> !Files.isRegularFile(path.resolve(file)))
                .toList();
        if (!missing.isEmpty()) {
            throw unavailable("the embedding model in " + path + " lacks " + String.join(", ", missing)
                    + "; export it again, with its tokenizer: optimum-cli export openvino --task feature-extraction");
        }
        return new EncoderDirectory(path);
    }

    static EngineException unavailable(String message) {
        return new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, message);
    }

    /** For people: the directory's last name. */
    public String name() {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** A file of its configuration; the missing node where there is none. */
    JsonNode json(String name) throws EngineException {
        Path file = path.resolve(name).normalize();
        if (!file.startsWith(path.normalize()) || !Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        try {
            return Json.MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.MODEL_UNAVAILABLE, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Every file that may have a say in its vectors, by name. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(path, DEPTH)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> path.equals(file.getParent())
                            || file.getFileName().toString().equals("config.json"))
                    .sorted()
                    .toList();
        }
    }
}
