package io.npuq.api.http;

import io.npuq.schema.InvalidInputException;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Query parameters, each known and given once. */
public final class Query {
    private final Map<String, String> values = new HashMap<>();

    Query(MultiMap parameters, List<String> known) {
        for (String name : parameters.names()) {
            check(known.contains(name), Text.echo(name), "is not a query parameter here; known: " + names(known));
            check(parameters.getAll(name).size() == 1, name, "must be given once");
            values.put(name, String.valueOf(parameters.get(name)));
        }
    }

    /** The text of a parameter. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A whole number, or {@code otherwise} when the parameter is not there. */
    public int integer(String name, int min, int max, int otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        int value = Text.wholeNumber(text);
        check(value >= min && value <= max, name, "must be a whole number from " + min + " to " + max);
        return value;
    }

    private static String names(List<String> known) {
        return known.isEmpty() ? "none" : String.join(", ", known);
    }

    private static void check(boolean valid, String name, String what) {
        if (!valid) {
            throw new InvalidInputException(name, name + " " + what);
        }
    }
}
