package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The tiny encoder of the engine's tests, in a directory of its own, and what PyTorch makes of its reference texts. */
final class TinyEncoder {
    private static final List<String> FILES = List.of(
            "1_Pooling/config.json",
            "config.json",
            "modules.json",
            "openvino_model.bin",
            "openvino_model.xml",
            "openvino_tokenizer.bin",
            "openvino_tokenizer.xml",
            "tokenizer_config.json");

    private TinyEncoder() {}

    /** A copy below that directory. */
    static Path below(Path directory) throws IOException {
        Path model = directory.resolve("tiny-encoder");
        Files.createDirectories(model.resolve("1_Pooling"));
        for (String file : FILES) {
            try (InputStream in = open("/tiny-encoder/" + file)) {
                Files.copy(in, model.resolve(file));
            }
        }
        return model;
    }

    /** Each with {@code text}, {@code ids} and {@code embedding}. */
    static List<JsonNode> references() throws IOException {
        try (InputStream in = open("/tiny-encoder-reference.jsonl")) {
            return Json.MAPPER
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(in)
                    .readAll();
        }
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(TinyEncoder.class.getResourceAsStream(resource), resource);
    }
}
