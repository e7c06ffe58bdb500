package io.npuq.schema.shape;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The values of {@code enum} and {@code const}. */
final class GivenValues {
    private GivenValues() {}

    static JsonShape of(SchemaAt at) {
        String word = at.has("const") ? "const" : "enum";
        List<JsonNode> values = new ArrayList<>();
        if (at.has("const")) {
            at.checkWord("enum", !at.has("enum"), "is not supported beside const");
            values.add(at.node().get("const"));
        } else {
            at.checkWord("enum", at.node().get("enum").isArray(), "must be an array");
            at.node().get("enum").forEach(values::add);
        }
        List<String> types = at.has("type") ? at.textOrTexts("type") : List.of();
        values.forEach(value -> at.checkWord(word, isFinite(value), "has a number that is too large"));
        List<String> json = values.stream()
                .filter(value -> types.isEmpty() || types.stream().anyMatch(type -> isOf(type, value)))
                .map(JsonNode::toString)
                .distinct()
                .toList();
        at.checkWord(word, !json.isEmpty(), "has no value" + (types.isEmpty() ? "" : " of its type"));
        return new JsonShape.Given(json);
    }

    private static boolean isFinite(JsonNode value) {
        for (JsonNode inner : value) {
            if (!isFinite(inner)) {
                return false;
            }
        }
        return !value.isNumber() || Double.isFinite(value.doubleValue());
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }
}
