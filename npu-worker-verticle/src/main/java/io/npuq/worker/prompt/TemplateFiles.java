package io.npuq.worker.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A chat template as it lies in a model's directory.
 *
 * @param file where its text was found
 * @param text the template
 * @param tokens {@code bos_token}, {@code eos_token} and the like, by name; those that the files name
 * @param special every special token that the files name
 */
record TemplateFiles(Path file, String text, Map<String, String> tokens, List<String> special) {
    private static final String JINJA = "chat_template.jinja";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_IR = "openvino_tokenizer.xml";
    private static final String TEMPLATE = "chat_template";

    /** Other people's files: their fields may repeat, nest and grow as they like. */
    private static final ObjectMapper LENIENT = new ObjectMapper();

    TemplateFiles {
        tokens = Map.copyOf(tokens);
        special = List.copyOf(special);
    }

    /**
     * Looks where Transformers and OpenVINO keep it: {@code chat_template.jinja}, then {@code tokenizer_config.json}, then the tokenizer IR.
     *
     * @throws ChatTemplateException naming the file that cannot be read, or the places where none was found
     */
    static TemplateFiles read(Path model) {
        JsonNode config = json(model.resolve(CONFIG));
        Map<String, String> tokens = tokens(config);
        List<String> special = special(config, json(model.resolve(TOKENIZER)), tokens);
        return jinja(model)
                .or(() -> inConfig(model, config))
                .or(() -> inTokenizer(model))
                .map(found -> new TemplateFiles(found.file(), found.text(), tokens, special))
                .orElseThrow(() -> new ChatTemplateException("no chat template in " + model + ": neither " + JINJA
                        + ", nor chat_template in " + CONFIG + " or " + TOKENIZER_IR
                        + "; take an instruct model, or put its " + JINJA + " there"));
    }

    private record Found(Path file, String text) {}

    private static Optional<Found> jinja(Path model) {
        Path file = model.resolve(JINJA);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Found(file, Files.readString(file, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** A text, or a list of named ones of which {@code default} is for plain conversations. */
    private static Optional<Found> inConfig(Path model, JsonNode config) {
        JsonNode value = config.path(TEMPLATE);
        for (JsonNode named : value) {
            if (named.path("name").asText().equals("default")) {
                value = named.path("template");
                break;
            }
        }
        return value.isTextual() ? Optional.of(new Found(model.resolve(CONFIG), value.textValue())) : Optional.empty();
    }

    /** Models made from GGUF keep it in the tokenizer's {@code rt_info}, as an element with a value. */
    private static Optional<Found> inTokenizer(Path model) {
        Path file = model.resolve(TOKENIZER_IR);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamReader.START_ELEMENT
                        && reader.getLocalName().equals(TEMPLATE)) {
                    return Optional.ofNullable(reader.getAttributeValue(null, "value"))
                            .map(text -> new Found(file, text));
                }
            }
            return Optional.empty();
        } catch (IOException | XMLStreamException e) {
            throw unreadable(file, e);
        }
    }

    private static Map<String, String> tokens(JsonNode config) {
        Map<String, String> tokens = new HashMap<>();
        config.properties().forEach(field -> {
            JsonNode value = field.getValue().isObject() ? field.getValue().path("content") : field.getValue();
            if (field.getKey().endsWith("_token") && value.isTextual()) {
                tokens.put(field.getKey(), value.textValue());
            }
        });
        return tokens;
    }

    private static List<String> special(JsonNode config, JsonNode tokenizer, Map<String, String> tokens) {
        List<String> special = new ArrayList<>(tokens.values());
        for (JsonNode list : List.of(config.path("added_tokens_decoder"), tokenizer.path("added_tokens"))) {
            for (JsonNode token : list) {
                if (token.path("special").asBoolean()) {
                    special.add(token.path("content").asText());
                }
            }
        }
        return special;
    }

    private static JsonNode json(Path file) {
        try {
            return Files.exists(file) ? LENIENT.readTree(file.toFile()) : LENIENT.createObjectNode();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ChatTemplateException unreadable(Path file, Exception cause) {
        return new ChatTemplateException(
                "cannot read " + file + ": " + cause.getMessage() + "; fetch the model again", cause);
    }
}
