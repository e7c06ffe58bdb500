package io.npuq.worker.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.npuq.worker.llm.ModelNotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model's own files say of it. What they do not say is empty.
 *
 * @param kind what it is for
 * @param architecture such as {@code Qwen2ForCausalLM}
 * @param family such as {@code qwen2}
 * @param parameters how many, as the name of the model that it was made from says: {@code 1.5B}
 * @param quantization of its weights, such as {@code INT4_SYM}
 * @param contextLength in tokens
 * @param sampling {@code temperature}, {@code top_p}, {@code top_k} and the like, as an object
 */
public record ModelFacts(
        ModelKind kind,
        Optional<String> architecture,
        Optional<String> family,
        Optional<String> parameters,
        Optional<String> quantization,
        OptionalInt contextLength,
        JsonNode sampling) {
    private static final Pattern PARAMETERS = Pattern.compile("(?i)(?:^|[-_/ ])([0-9]+(?:[.][0-9]+)?[mb])(?:$|[-_ ])");

    /** Other people's files. */
    private static final ObjectMapper LENIENT = new ObjectMapper();

    /** Reads them. What cannot be read says nothing: a model's own load tells what is wrong with it. */
    static ModelFacts read(Path dir, Optional<String> source) {
        JsonNode config = json(dir.resolve("config.json"));
        Optional<String> architecture = text(config.path("architectures").path(0));
        return new ModelFacts(
                kind(dir, architecture),
                architecture,
                text(config.path("model_type")),
                text(config.path("_name_or_path"))
                        .flatMap(ModelFacts::parameters)
                        .or(() -> source.flatMap(ModelFacts::parameters)),
                ModelNotes.weights(dir),
                length(config.path("max_position_embeddings")),
                json(dir.resolve("generation_config.json")));
    }

    /** By its architecture; where that is not noted, by whether it can write text. */
    private static ModelKind kind(Path dir, Optional<String> architecture) {
        boolean writes = architecture
                .map(name -> name.contains("CausalLM") || name.contains("LMHead"))
                .orElse(Files.exists(dir.resolve("openvino_detokenizer.xml"))
                        && !Files.exists(dir.resolve("modules.json")));
        return writes ? ModelKind.LLM : ModelKind.ENCODER;
    }

    private static Optional<String> parameters(String name) {
        Matcher found = PARAMETERS.matcher(name);
        return found.find() ? Optional.of(found.group(1).toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    private static OptionalInt length(JsonNode value) {
        return value.canConvertToInt() && value.intValue() > 0 ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
    }

    private static Optional<String> text(JsonNode value) {
        return value.isTextual() && !value.textValue().isBlank() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static JsonNode json(Path file) {
        try {
            JsonNode read = Files.isRegularFile(file) ? LENIENT.readTree(file.toFile()) : LENIENT.missingNode();
            return read.isObject() ? read : LENIENT.createObjectNode();
        } catch (IOException e) {
            return LENIENT.createObjectNode();
        }
    }
}
