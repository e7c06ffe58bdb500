package io.npuq.schema;

import java.util.regex.Pattern;

/**
 * A function that a model may want to have called.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param description what it does, for the model; may be empty
 * @param parameters a JSON Schema of its arguments, as compact JSON; an empty object where it has none
 */
public record Tool(String name, String description, String parameters) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** Checks the bounds. */
    public Tool {
        InvalidInputException.check(
                NAME.matcher(name).matches(),
                "tools",
                "tools: a function's name must be 1 to 64 letters, digits, underscores, dots or dashes");
        parameters = Json.object("tools.function.parameters", parameters).toString();
    }
}
