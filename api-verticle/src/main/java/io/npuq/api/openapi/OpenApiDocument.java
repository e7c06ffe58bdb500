package io.npuq.api.openapi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The OpenAPI document (3.1). It is written by hand, in a YAML file a dialect; what many of its parts have in common stands there once,
 * under names that begin with {@code x-}, and is filled in here.
 */
public final class OpenApiDocument {
    /** In the order in which people read them. {@code head} holds what the others share. */
    private static final List<String> FILES = List.of(
            "head",
            "document",
            "ui",
            "jobs",
            "reports",
            "worker",
            "lanes",
            "openai",
            "responses",
            "batches",
            "ollama",
            "ollama-models",
            "kserve",
            "backend",
            "metrics");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private OpenApiDocument() {}

    /**
     * The whole document, made anew.
     *
     * @throws IllegalStateException where the files do not fit together: a bug in npuq
     */
    public static ObjectNode read() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        FILES.forEach(name -> merge(document, file(name)));
        SharedFields.fillIn(document);
        RepeatedPaths.fillIn(document);
        SharedAnswers.fillIn(document);
        return document;
    }

    private static ObjectNode file(String name) {
        try (InputStream file = OpenApiDocument.class.getResourceAsStream(name + ".yaml")) {
            return (ObjectNode) YAML.readTree(Objects.requireNonNull(file, name));
        } catch (IOException e) {
            throw new UncheckedIOException("the description of HTTP, " + name + ".yaml, cannot be read", e);
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            JsonNode before = into.get(entry.getKey());
            if (before == null) {
                into.set(entry.getKey(), entry.getValue());
            } else if (before instanceof ObjectNode object && entry.getValue() instanceof ObjectNode more) {
                merge(object, more);
            } else {
                throw new IllegalStateException(entry.getKey() + " is described twice");
            }
        }
    }
}
