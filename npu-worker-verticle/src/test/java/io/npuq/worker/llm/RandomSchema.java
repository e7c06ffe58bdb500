package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes schemas of all that is supported. */
final class RandomSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEPTH_MAX = 3;
    private static final List<String> NAMES =
            List.of("a", "ab", "name", "名前", "größe", "with \"quotes\"", "a\\b", "line\nbreak", "😀", "", "x y");

    private final SplittableRandom dice;

    RandomSchema(SplittableRandom dice) {
        this.dice = dice;
    }

    JsonNode schema() {
        ObjectNode root = (ObjectNode) node(0);
        ObjectNode definitions = root.putObject("$defs");
        definitions.set("given", given());
        return root;
    }

    private JsonNode node(int depth) {
        return switch (dice.nextInt(depth < DEPTH_MAX ? 10 : 6)) {
            case 0 -> text();
            case 1 -> JSON.objectNode().put("type", "number");
            case 2 -> JSON.objectNode().put("type", "integer");
            case 3 -> JSON.objectNode().put("type", one(List.of("boolean", "null")));
            case 4 -> given();
            case 5 -> depth == 0 ? JSON.objectNode() : JSON.objectNode().put("$ref", "#/$defs/given");
            case 6 -> anyOf(depth);
            case 7 -> array(depth);
            default -> object(depth);
        };
    }

    private ObjectNode text() {
        ObjectNode text = JSON.objectNode().put("type", "string");
        int min = dice.nextInt(3);
        if (dice.nextBoolean()) {
            text.put("minLength", min);
        }
        if (dice.nextBoolean()) {
            text.put("maxLength", min + dice.nextInt(6));
        }
        return text;
    }

    private ObjectNode given() {
        ObjectNode given = JSON.objectNode();
        ArrayNode values = given.putArray("enum");
        for (int i = 1 + dice.nextInt(5); i > 0; i--) {
            switch (dice.nextInt(5)) {
                case 0 -> values.add(dice.nextInt(-100, 100));
                case 1 -> values.add(dice.nextInt(100) / 8.0);
                case 2 -> values.addNull();
                case 3 -> values.addObject().putArray(one(NAMES)).add(true);
                default -> values.add(one(NAMES));
            }
        }
        return given;
    }

    private ObjectNode anyOf(int depth) {
        ObjectNode any = JSON.objectNode();
        ArrayNode options = any.putArray("anyOf");
        for (int i = 1 + dice.nextInt(3); i > 0; i--) {
            options.add(node(depth + 1));
        }
        return any;
    }

    private ObjectNode array(int depth) {
        ObjectNode array = JSON.objectNode().put("type", "array");
        array.set("items", node(depth + 1));
        int min = dice.nextInt(3);
        if (dice.nextBoolean()) {
            array.put("minItems", min);
        }
        if (dice.nextBoolean()) {
            array.put("maxItems", min + dice.nextInt(3));
        }
        return array;
    }

    private ObjectNode object(int depth) {
        ObjectNode object = JSON.objectNode().put("type", "object");
        ObjectNode properties = object.putObject("properties");
        for (int i = dice.nextInt(5); i > 0; i--) {
            properties.set(one(NAMES), node(depth + 1));
        }
        List<String> required = new ArrayList<>();
        properties.fieldNames().forEachRemaining(name -> {
            if (dice.nextBoolean()) {
                required.add(name);
            }
        });
        if (!required.isEmpty()) {
            required.forEach(object.putArray("required")::add);
        }
        switch (dice.nextInt(3)) {
            case 0 -> object.put("additionalProperties", false);
            case 1 -> object.set("additionalProperties", node(depth + 1));
            default -> {}
        }
        return object;
    }

    private <T> T one(List<T> list) {
        return list.get(dice.nextInt(list.size()));
    }
}
