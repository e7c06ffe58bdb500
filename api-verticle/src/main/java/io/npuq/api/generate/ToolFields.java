package io.npuq.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Tool;
import io.npuq.schema.ToolCall;
import java.util.List;
import java.util.function.Function;

/** Reads the tools of a request, as OpenAI's and Ollama's clients write them alike. */
public final class ToolFields {
    private ToolFields() {}

    /** The functions; none where the field is not there. */
    public static List<Tool> read(Fields body) {
        return body.has("tools")
                ? body.requiredObjects("tools").stream().map(ToolFields::tool).toList()
                : List.of();
    }

    private static Tool tool(Fields tool) {
        tool.onlyKnown(List.of("type", "function"));
        String type = tool.text("type").orElse("function");
        if (!type.equals("function")) {
            throw new InvalidInputException("tools", "tools: the type must be function");
        }
        Fields function = tool.object("function")
                .orElseThrow(() -> new InvalidInputException("tools", "tools: function is missing"));
        return function(function.onlyKnown(List.of("name", "description", "parameters", "strict")));
    }

    /** One function, of an object that has its fields. */
    public static Tool function(Fields function) {
        return new Tool(
                function.requiredText("name"),
                function.text("description").orElse(""),
                function.any("parameters").map(JsonNode::toString).orElse("{}"));
    }

    /**
     * The calls in an assistant's message; none where the field is not there.
     *
     * @param arguments reads those of a function, which are text or an object, by dialect
     */
    public static List<ToolCall> calls(Fields message, Function<Fields, String> arguments) {
        return message.has("tool_calls")
                ? message.requiredObjects("tool_calls").stream()
                        .map(call -> call(call, arguments))
                        .toList()
                : List.of();
    }

    private static ToolCall call(Fields call, Function<Fields, String> arguments) {
        Fields function = call.object("function")
                .orElseThrow(() -> new InvalidInputException("messages", "messages: a tool call has no function"));
        return new ToolCall(call.text("id").orElse(""), function.requiredText("name"), arguments.apply(function));
    }

    /** The form of an answer that is a call of one of these functions, and nothing else. */
    public static ResponseFormat callOf(List<Tool> tools) {
        ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode names = properties.putObject("name").putArray("enum");
        tools.forEach(tool -> names.add(tool.name()));
        properties.set("arguments", tools.size() == 1 ? arguments(tools.get(0)) : anyObject());
        schema.putArray("required").add("name").add("arguments");
        return new ResponseFormat.JsonSchema("tool_call", schema.toString());
    }

    private static JsonNode arguments(Tool tool) {
        ObjectNode parameters = Json.object("tools", tool.parameters());
        return parameters.isEmpty() ? anyObject() : parameters;
    }

    private static ObjectNode anyObject() {
        return Json.MAPPER.createObjectNode().put("type", "object");
    }
}
