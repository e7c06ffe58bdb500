package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Copies of the tiny model of the worker's tests, one a test, to be loaded or broken. */
final class TinyModel {
    private static final List<String> FILES = List.of(
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "openvino_config.json",
            "openvino_detokenizer.bin",
            "openvino_detokenizer.xml",
            "openvino_model.bin",
            "openvino_model.xml",
            "openvino_tokenizer.bin",
            "openvino_tokenizer.xml",
            "tokenizer.json",
            "tokenizer_config.json");

    /** Beyond the vocabulary: no answer ever ends with it. */
    private static final int NO_TOKEN = 100_000;

    private TinyModel() {}

    /** A copy below that directory. */
    static Path below(Path directory) throws IOException {
        Path model = Files.createDirectories(directory.resolve("tiny-qwen2"));
        for (String file : FILES) {
            String resource = "/tiny-qwen2/" + file;
            try (InputStream in = Objects.requireNonNull(TinyModel.class.getResourceAsStream(resource), resource)) {
                Files.copy(in, model.resolve(file));
            }
        }
        return model;
    }

    /** A copy that knows no end of turn: its answers go on to the token bound, seconds for a long one. */
    static Path talkative(Path directory) throws IOException {
        Path model = below(directory);
        for (String file : List.of("config.json", "generation_config.json")) {
            ObjectNode config = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(model.resolve(file)));
            config.put("eos_token_id", NO_TOKEN);
            Files.writeString(model.resolve(file), config.toString());
        }
        return model;
    }
}
