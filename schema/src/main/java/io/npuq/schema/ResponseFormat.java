package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.shape.JsonShape;
import io.npuq.schema.shape.JsonShapes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** What form the answer of a chat has to have. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ResponseFormat.Text.class, name = "text"),
    @JsonSubTypes.Type(value = ResponseFormat.JsonObject.class, name = "json_object"),
    @JsonSubTypes.Type(value = ResponseFormat.JsonSchema.class, name = "json_schema")
})
public sealed interface ResponseFormat {
    /** Whatever the model says. */
    ResponseFormat TEXT = new Text();

    /** The shape that the answer must have; empty where any text will do. */
    Optional<JsonShape> shape();

    /** Any text. */
    record Text() implements ResponseFormat {
        @Override
        public Optional<JsonShape> shape() {
            return Optional.empty();
        }
    }

    /** Any JSON object. */
    record JsonObject() implements ResponseFormat {
        @Override
        public Optional<JsonShape> shape() {
            return Optional.of(JsonShape.ObjectOf.ANY);
        }
    }

    /**
     * JSON that a JSON Schema describes, as far as {@link JsonShapes} supports it.
     *
     * @param name the client's name for it: letters, digits, {@code _} and {@code -}
     * @param schema the schema as compact JSON, its properties in the order in which the answer has them
     */
    record JsonSchema(String name, String schema) implements ResponseFormat {
        /** Where a request has the schema, as errors name it. */
        public static final String PATH = "response_format.json_schema.schema";

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

        /** Checks the bounds, and that every keyword is supported. */
        public JsonSchema {
            InvalidInputException.check(
                    NAME.matcher(name).matches(),
                    "response_format.json_schema.name",
                    "response_format.json_schema.name must be 1 to 64 letters, digits, underscores or dashes");
            JsonNode tree = read(schema);
            schema = tree.toString();
            InvalidInputException.check(
                    schema.getBytes(StandardCharsets.UTF_8).length <= Limits.SCHEMA_BYTES_MAX,
                    PATH,
                    PATH + " is larger than " + Limits.SCHEMA_BYTES_MAX + " bytes");
            InvalidInputException.check(
                    Unicode.isPaired(schema), PATH, PATH + " contains an unpaired surrogate, which is not text");
            JsonShapes.of(PATH, tree);
        }

        @Override
        public Optional<JsonShape> shape() {
            return Optional.of(JsonShapes.of(PATH, read(schema)));
        }

        /** The schema as JSON. */
        public JsonNode tree() {
            return read(schema);
        }

        private static JsonNode read(String schema) {
            try {
                return Json.MAPPER.readTree(schema);
            } catch (JsonProcessingException e) {
                throw new InvalidInputException(PATH, PATH + " must be a JSON Schema, as JSON");
            }
        }
    }
}
