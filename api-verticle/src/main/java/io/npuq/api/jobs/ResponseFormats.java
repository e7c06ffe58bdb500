package io.npuq.api.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.ResponseFormat;
import java.util.List;
import java.util.Optional;

/** Reads {@code response_format}, as OpenAI's clients write it. */
public final class ResponseFormats {
    private static final String NAME = "response_format";

    private ResponseFormats() {}

    /** What form the answer has to have; any text where the field is not there. */
    public static ResponseFormat read(Fields job) {
        return job.object(NAME).map(ResponseFormats::format).orElse(ResponseFormat.TEXT);
    }

    private static ResponseFormat format(Fields format) {
        format.onlyKnown(List.of("type", "json_schema"));
        String type = format.requiredText("type");
        if (format.has("json_schema") && !type.equals("json_schema")) {
            throw new InvalidInputException(
                    NAME + ".json_schema", NAME + ".json_schema is for the type json_schema only");
        }
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> new ResponseFormat.JsonObject();
            case "json_schema" ->
                schema(format.object("json_schema")
                        .orElseThrow(() -> missing("json_schema"))
                        .onlyKnown(List.of("name", "description", "schema", "strict")));
            default ->
                throw new InvalidInputException(
                        NAME + ".type", NAME + ".type must be one of text, json_object, json_schema");
        };
    }

    /** The same as the responses dialect writes it: {@code format}, with what a schema needs beside its type. */
    public static ResponseFormat readFlat(Fields text) {
        Optional<Fields> format = text.object("format");
        boolean isSchema = format.flatMap(given -> given.text("type"))
                .filter("json_schema"::equals)
                .isPresent();
        return isSchema
                ? schema(format.get().onlyKnown(List.of("type", "name", "description", "schema", "strict")))
                : format.map(ResponseFormats::format).orElse(ResponseFormat.TEXT);
    }

    /** An answer always keeps to its schema, so {@code strict} says nothing more. */
    private static ResponseFormat schema(Fields named) {
        named.text("description");
        named.truth("strict");
        JsonNode schema = named.any("schema").orElseThrow(() -> missing("json_schema.schema"));
        return new ResponseFormat.JsonSchema(named.requiredText("name"), schema.toString());
    }

    private static InvalidInputException missing(String name) {
        return new InvalidInputException(NAME + "." + name, NAME + "." + name + " is missing");
    }
}
