package io.npuq.api.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import io.npuq.schema.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.util.Optional;

/** Turns the bytes of a body into a JSON object, or says why they are none. */
public final class JsonIn {
    private JsonIn() {}

    /** The object's fields, to be read one by one. */
    public static Fields object(byte[] body) {
        if (body.length == 0) {
            throw broken("the body is empty; send a JSON object");
        }
        CharBuffer text = Text.utf8(body);
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(text.array(), 0, text.limit())) {
            return new Fields("", whole(parser));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed: a bug in npuq", e);
        }
    }

    private static ObjectNode whole(JsonParser parser) throws IOException {
        try {
            JsonNode tree = Json.MAPPER.readTree(parser);
            if (!(tree instanceof ObjectNode object)) {
                throw broken("the body must be a JSON object");
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw broken("the JSON is nested deeper than " + Limits.JSON_DEPTH_MAX
                    + " levels, or has a name or number that is too long");
        } catch (JsonParseException e) {
            throw duplicate(e, parser).orElseGet(() -> broken("the body is not valid JSON" + where(parser)));
        } catch (MismatchedInputException e) {
            throw broken("the body goes on after its JSON object" + where(parser));
        }
    }

    /** Jackson has no type of its own for a doubled key, only a text. */
    private static Optional<InvalidInputException> duplicate(JsonParseException e, JsonParser parser)
            throws IOException {
        if (!e.getOriginalMessage().startsWith("Duplicate ")) {
            return Optional.empty();
        }
        String name = Text.echo(String.valueOf(parser.currentName()));
        return Optional.of(new InvalidInputException(name, name + " is given twice"));
    }

    private static String where(JsonParser parser) {
        var at = parser.currentLocation();
        return " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static InvalidInputException broken(String message) {
        return new InvalidInputException("body", message);
    }
}
