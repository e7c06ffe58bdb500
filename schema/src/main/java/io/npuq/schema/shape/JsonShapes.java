package io.npuq.schema.shape;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads shapes from JSON Schemas. Every text of a shape is valid by its schema; where a schema would allow more than can be generated, the
 * shape is the narrower one. A keyword that is not supported is refused by name: an answer that may break it would be worse.
 */
public final class JsonShapes {
    /** They say nothing about what is valid. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions");

    private static final Set<String> ASSERTIONS = Set.of(
            "type",
            "enum",
            "const",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "anyOf",
            "$ref");

    /** The keywords that decide alone, and which others they bear beside them. */
    private static final Map<String, Set<String>> ALONE = Map.of(
            "$ref",
            Set.of("$ref"),
            "anyOf",
            Set.of("anyOf"),
            "const",
            Set.of("const", "type"),
            "enum",
            Set.of("enum", "type"));

    private static final List<String> TYPES =
            List.of("object", "array", "string", "number", "integer", "boolean", "null");

    /** Each level of an answer may take two: one to an anyOf, one from there. */
    private static final int REFS_DEPTH_MAX = 2 * Limits.ANSWER_DEPTH_MAX;

    private final SchemaAt root;
    private final Deque<String> openRefs = new ArrayDeque<>();
    private int nodes;

    private JsonShapes(SchemaAt root) {
        this.root = root;
    }

    /**
     * The shape that a schema describes.
     *
     * @param path what errors call the schema, such as {@code response_format.json_schema.schema}
     * @throws InvalidInputException naming the keyword with its path, when the schema is broken, too large, or not supported
     */
    public static JsonShape of(String path, JsonNode schema) {
        SchemaAt root = new SchemaAt(path, schema);
        return new JsonShapes(root).read(root, 0);
    }

    private JsonShape read(SchemaAt at, int depth) {
        at.check(++nodes <= Limits.SCHEMA_NODES_MAX, "makes more than " + Limits.SCHEMA_NODES_MAX + " schemas in all");
        at.check(depth <= Limits.ANSWER_DEPTH_MAX, "is nested deeper than " + Limits.ANSWER_DEPTH_MAX + " levels");
        if (at.node().isBoolean()) {
            at.check(at.node().booleanValue(), "is false: no value would be valid");
            return new JsonShape.Anything();
        }
        at.check(at.node().isObject(), "must be a schema: an object, or true");
        checkKeywords(at);
        if (at.has("$ref")) {
            return readRef(at, depth);
        }
        if (at.has("anyOf")) {
            return new JsonShape.AnyOf(at.elements("anyOf").stream()
                    .map(option -> read(option, depth))
                    .toList());
        }
        return at.has("const") || at.has("enum") ? GivenValues.of(at) : readTypes(at, depth);
    }

    private static void checkKeywords(SchemaAt at) {
        at.keywords().filter(word -> !ANNOTATIONS.contains(word)).forEach(word -> {
            at.checkWord(
                    word,
                    ASSERTIONS.contains(word),
                    "is not supported; supported are "
                            + String.join(", ", ASSERTIONS.stream().sorted().toList()));
            ALONE.forEach((alone, beside) ->
                    at.checkWord(word, !at.has(alone) || beside.contains(word), "is not supported beside " + alone));
        });
    }

    private JsonShape readRef(SchemaAt at, int depth) {
        SchemaAt target = at.target(root);
        at.checkWord(
                "$ref", !openRefs.contains(target.name()), "leads back to itself; recursive schemas are not supported");
        at.checkWord("$ref", openRefs.size() < REFS_DEPTH_MAX, "is behind more than " + REFS_DEPTH_MAX + " others");
        openRefs.push(target.name());
        JsonShape shape = read(target, depth);
        openRefs.pop();
        return shape;
    }

    private JsonShape readTypes(SchemaAt at, int depth) {
        List<JsonShape> shapes =
                types(at).stream().map(type -> readType(at, type, depth)).toList();
        return shapes.size() == 1 ? shapes.get(0) : new JsonShape.AnyOf(shapes);
    }

    /** The types that it names; else the one that its keywords are about; none for any value. */
    private static List<String> types(SchemaAt at) {
        if (at.has("type")) {
            List<String> types = at.textOrTexts("type");
            at.checkWord("type", TYPES.containsAll(types), "must be of " + String.join(", ", TYPES));
            return types;
        }
        if (at.has("properties") || at.has("required") || at.has("additionalProperties")) {
            return List.of("object");
        }
        if (at.has("items") || at.has("minItems") || at.has("maxItems")) {
            return List.of("array");
        }
        return at.has("minLength") || at.has("maxLength") ? List.of("string") : List.of("any");
    }

    private JsonShape readType(SchemaAt at, String type, int depth) {
        return switch (type) {
            case "object" -> readObject(at, depth + 1);
            case "array" -> readArray(at, depth + 1);
            case "string" -> new JsonShape.Text(at.count("minLength", 0), max(at, "minLength", "maxLength"));
            case "number" -> new JsonShape.Numeric(false);
            case "integer" -> new JsonShape.Numeric(true);
            case "boolean" -> new JsonShape.Given(List.of("true", "false"));
            case "null" -> new JsonShape.Given(List.of("null"));
            default -> new JsonShape.Anything();
        };
    }

    private static int max(SchemaAt at, String minName, String maxName) {
        int max = at.count(maxName, Integer.MAX_VALUE);
        at.checkWord(maxName, max >= at.count(minName, 0), "is less than " + minName);
        return max;
    }

    private JsonShape readArray(SchemaAt at, int depth) {
        JsonShape item = at.has("items") ? read(at.child("items"), depth) : new JsonShape.Anything();
        return new JsonShape.ArrayOf(item, at.count("minItems", 0), max(at, "minItems", "maxItems"));
    }

    private JsonShape readObject(SchemaAt at, int depth) {
        List<SchemaAt> properties = at.members("properties");
        Set<String> required = new LinkedHashSet<>(at.has("required") ? at.texts("required") : List.of());
        List<JsonShape.Member> members = new ArrayList<>();
        for (SchemaAt property : properties) {
            members.add(new JsonShape.Member(property.name(), read(property, depth), required.remove(property.name())));
        }
        at.checkWord("required", required.isEmpty(), "names what properties does not have");
        return new JsonShape.ObjectOf(members, others(at, properties.isEmpty(), depth));
    }

    /** Where a schema does not say, members of other names are for objects only of which it says nothing. */
    private Optional<JsonShape> others(SchemaAt at, boolean free, int depth) {
        if (!at.has("additionalProperties")) {
            return free ? Optional.of(new JsonShape.Anything()) : Optional.empty();
        }
        SchemaAt others = at.child("additionalProperties");
        return others.isFalse() ? Optional.empty() : Optional.of(read(others, depth));
    }
}
