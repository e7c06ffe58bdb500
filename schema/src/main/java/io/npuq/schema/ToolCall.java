package io.npuq.schema;

/**
 * A function that a model wants to have called.
 *
 * @param id the client's or npuq's name for the call
 * @param name the function
 * @param arguments a JSON object, as compact JSON
 */
public record ToolCall(String id, String name, String arguments) {
    /** Checks that the arguments are an object. */
    public ToolCall {
        arguments = Json.object("tool_calls.function.arguments", arguments).toString();
    }
}
