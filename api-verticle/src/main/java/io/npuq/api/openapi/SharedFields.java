package io.npuq.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Fills in the fields that several requests have ({@code x-fields-of}, from {@code x-fields}), and that a null stands for a field which
 * is not there ({@code x-null-is-absent}).
 */
final class SharedFields {
    private static final String NULL = "null";

    private final JsonNode fields;

    private SharedFields(JsonNode fields) {
        this.fields = fields;
    }

    static void fillIn(ObjectNode document) {
        new SharedFields(document.remove("x-fields")).visit(document);
    }

    private void visit(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            JsonNode shared = schema.remove("x-fields-of");
            if (shared != null) {
                shared.forEach(name -> add(schema, name.textValue()));
            }
            if (schema.remove("x-null-is-absent") != null) {
                takeNulls(schema);
            }
        }
        node.forEach(this::visit);
    }

    private void add(ObjectNode schema, String name) {
        ObjectNode properties = schema.withObject("/properties");
        for (Map.Entry<String, JsonNode> field :
                Objects.requireNonNull(fields.get(name), name).properties()) {
            properties.set(field.getKey(), field.getValue().deepCopy());
        }
    }

    private static void takeNulls(ObjectNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.textValue()));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        names.removeAll(required);
        names.forEach(name -> properties.set(name, orNull((ObjectNode) properties.get(name))));
    }

    /** A schema that says nothing of types takes nulls already. */
    private static ObjectNode orNull(ObjectNode schema) {
        if (schema.has("const")) {
            schema.putArray("enum").add(schema.remove("const")).add((String) null);
        } else if (schema.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
        JsonNode type = schema.get("type");
        if (type != null && type.isTextual() && !type.textValue().equals(NULL)) {
            schema.putArray("type").add(type).add(NULL);
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (schema.get(choice) instanceof ArrayNode choices) {
                choices.addObject().put("type", NULL);
            }
        }
        return schema.has("$ref") ? either(schema) : schema;
    }

    private static ObjectNode either(ObjectNode schema) {
        ObjectNode either = schema.objectNode();
        either.putArray("anyOf").add(schema).addObject().put("type", NULL);
        return either;
    }
}
