package io.npuq.api.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.ResponseFormat;
import java.util.Optional;

/** Reads {@code format}: what form the answer has to have. */
final class FormatField {
    private static final String NAME = "format";

    private FormatField() {}

    /** Any text where the field is not there, or says nothing. */
    static ResponseFormat read(Fields body) {
        Optional<JsonNode> format = body.any(NAME);
        if (format.isEmpty() || format.get().equals(TextNode.valueOf(""))) {
            return ResponseFormat.TEXT;
        }
        if (format.get().isObject()) {
            return schema(format.get());
        }
        InvalidInputException.check(
                format.get().asText().equals("json"), NAME, NAME + " must be json, or a JSON Schema as an object");
        return new ResponseFormat.JsonObject();
    }

    /** What is wrong with a schema is said by the name that it has here. */
    private static ResponseFormat schema(JsonNode schema) {
        try {
            return new ResponseFormat.JsonSchema(NAME, schema.toString());
        } catch (InvalidInputException e) {
            throw new InvalidInputException(named(e.field()), named(String.valueOf(e.getMessage())));
        }
    }

    private static String named(String text) {
        return text.replace(ResponseFormat.JsonSchema.PATH, NAME);
    }
}
