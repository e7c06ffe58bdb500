package io.npuq.api.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.npuq.schema.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query parameters, each known and given once. */
public final class Query {
    private final Map<String, String> values = new HashMap<>();

    Query(@Nullable String query, List<String> known) {
        if (query != null) {
            decoded(query).forEach((name, given) -> {
                check(known.contains(name), Text.echo(name), "is not a query parameter here; known: " + names(known));
                check(given.size() == 1, name, "must be given once");
                values.put(name, given.get(0));
            });
        }
    }

    private static Map<String, List<String>> decoded(String query) {
        try {
            return new QueryStringDecoder(query, false).parameters();
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("query", "the query string is not percent-encoded UTF-8");
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

    /** True or false; false when the parameter is not there. */
    public boolean truth(String name) {
        String text = values.getOrDefault(name, "false");
        check(text.equals("true") || text.equals("false"), name, "must be true or false");
        return text.equals("true");
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
