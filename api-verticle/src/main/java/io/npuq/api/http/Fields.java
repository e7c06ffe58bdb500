package io.npuq.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, strictly typed: nothing is converted. A null stands for a field that is not there. Each failure is an
 * {@link InvalidInputException} that names the field with its path, such as {@code messages[0].role}.
 */
public final class Fields {
    private final String path;
    private final ObjectNode object;

    Fields(String path, ObjectNode object) {
        this.path = path;
        this.object = object;
    }

    /** The fields of an object that was put together from what came. */
    public static Fields of(ObjectNode object) {
        return new Fields("", object);
    }

    /** The object itself. */
    public ObjectNode node() {
        return object;
    }

    /** Refuses every field that is not in the list. */
    public Fields onlyKnown(List<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String full = path + Text.echo(name);
                throw new InvalidInputException(
                        full, full + " is not a known field; known: " + String.join(", ", known));
            }
        });
        return this;
    }

    /** Whether the field is there. */
    public boolean has(String name) {
        return value(name) != null;
    }

    /** A text that must be there. */
    public String requiredText(String name) {
        return text(name).orElseThrow(() -> new InvalidInputException(path + name, path + name + " is missing"));
    }

    /** A text. */
    public Optional<String> text(String name) {
        JsonNode value = value(name);
        check(value == null || value.isTextual(), name, "must be a string");
        return Optional.ofNullable(value).map(JsonNode::textValue);
    }

    /** A whole number, written as one: {@code 1.0} is none. Its bounds are its user's business. */
    public OptionalLong integer(String name) {
        JsonNode value = value(name);
        check(value == null || (value.isIntegralNumber() && value.canConvertToLong()), name, "must be a whole number");
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.longValue());
    }

    /** A whole number that fits an int, for {@link #integer} values whose bounds are far inside of that. */
    public int integer(String name, int otherwise) {
        OptionalLong value = integer(name);
        // A number that no int holds is outside of every bound; its nearest int is as well, and says so with the right
        // message.
        return value.isEmpty()
                ? otherwise
                : (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value.getAsLong()));
    }

    /** A number, whole or not. */
    public OptionalDouble number(String name) {
        JsonNode value = value(name);
        check(value == null || value.isNumber(), name, "must be a number");
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
    }

    /** A list of texts; a single text stands for a list of one; empty when the field is not there. */
    public List<String> texts(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        check(value.isArray(), name, "must be a string or an array of strings");
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            check(element.isTextual(), name + "[" + texts.size() + "]", "must be a string");
            texts.add(element.textValue());
        }
        return texts;
    }

    /** A list of objects that must be there. */
    public List<Fields> requiredObjects(String name) {
        JsonNode value = value(name);
        if (value == null || !value.isArray()) {
            throw new InvalidInputException(path + name, path + name + " must be an array of objects");
        }
        List<Fields> objects = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            String at = name + "[" + objects.size() + "]";
            check(element.isObject(), at, "must be an object");
            objects.add(new Fields(path + at + ".", (ObjectNode) element));
        }
        return objects;
    }

    /** An object. */
    public Optional<Fields> object(String name) {
        JsonNode value = value(name);
        check(value == null || value.isObject(), name, "must be an object");
        return value instanceof ObjectNode inner ? Optional.of(new Fields(path + name + ".", inner)) : Optional.empty();
    }

    /** Whatever JSON stands there. */
    public Optional<JsonNode> any(String name) {
        return Optional.ofNullable(value(name));
    }

    /** True or false. */
    public Optional<Boolean> truth(String name) {
        JsonNode value = value(name);
        check(value == null || value.isBoolean(), name, "must be true or false");
        return Optional.ofNullable(value).map(JsonNode::booleanValue);
    }

    /** An object whose values are texts; empty when the field is not there. */
    public Map<String, String> textMap(String name) {
        JsonNode value = value(name);
        check(value == null || value.isObject(), name, "must be an object of strings");
        Map<String, String> map = new LinkedHashMap<>();
        if (value != null) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                check(entry.getValue().isTextual(), name + "." + Text.echo(entry.getKey()), "must be a string");
                map.put(entry.getKey(), entry.getValue().textValue());
            }
        }
        return map;
    }

    private @Nullable JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private void check(boolean valid, String name, String what) {
        if (!valid) {
            throw new InvalidInputException(path + name, path + name + " " + what);
        }
    }
}
