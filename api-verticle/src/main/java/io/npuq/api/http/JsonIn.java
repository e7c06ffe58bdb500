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

/** Turns bytes into a JSON object, or says why they are none. */
public final class JsonIn {
    private static final int ENCODING_BYTES = 4;

    /** What the errors call the bytes: {@code body} or {@code line}. */
    private final String name;

    private JsonIn(String name) {
        this.name = name;
    }

    /** The fields of a body, to be read one by one. */
    public static Fields object(byte[] body) {
        return new JsonIn("body").read(body, 0, body.length);
    }

    /** The fields of one line of a body. */
    public static Fields line(byte[] bytes, int from, int to) {
        return new JsonIn("line").read(bytes, from, to);
    }

    private Fields read(byte[] bytes, int from, int to) {
        if (from == to) {
            throw broken("is empty; send a JSON object");
        }
        try (JsonParser parser = parser(bytes, from, to)) {
            return new Fields("", whole(parser));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed: a bug in npuq", e);
        }
    }

    /** Jackson's own decoder is not strict, so it gets bytes only where there is nothing to decode. */
    private JsonParser parser(byte[] bytes, int from, int to) throws IOException {
        if (Text.isAscii(bytes, from, to) && !looksWide(bytes, from, to)) {
            return Json.MAPPER.getFactory().createParser(bytes, from, to - from);
        }
        CharBuffer text = Text.utf8(name, bytes, from, to);
        return Json.MAPPER.getFactory().createParser(text.array(), 0, text.limit());
    }

    /** Whether Jackson would take the bytes for UTF-16 or UTF-32, which have zeros near their beginning. */
    private static boolean looksWide(byte[] bytes, int from, int to) {
        for (int i = from; i < Math.min(to, from + ENCODING_BYTES); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private ObjectNode whole(JsonParser parser) throws IOException {
        try {
            JsonNode tree = Json.MAPPER.readTree(parser);
            if (!(tree instanceof ObjectNode object)) {
                throw broken("must be a JSON object");
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw new InvalidInputException(
                    name,
                    "the JSON is nested deeper than " + Limits.JSON_DEPTH_MAX
                            + " levels, or has a name or number that is too long");
        } catch (JsonParseException e) {
            throw duplicate(e, parser).orElseGet(() -> broken("is not valid JSON" + where(parser)));
        } catch (MismatchedInputException e) {
            throw broken("goes on after its JSON object" + where(parser));
        }
    }

    /** Jackson has no type of its own for a doubled key, only a text. */
    private static Optional<InvalidInputException> duplicate(JsonParseException e, JsonParser parser)
            throws IOException {
        if (!e.getOriginalMessage().startsWith("Duplicate ")) {
            return Optional.empty();
        }
        String key = Text.echo(String.valueOf(parser.currentName()));
        return Optional.of(new InvalidInputException(key, key + " is given twice"));
    }

    private static String where(JsonParser parser) {
        var at = parser.currentLocation();
        return " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private InvalidInputException broken(String what) {
        return new InvalidInputException(name, "the " + name + " " + what);
    }
}
