package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.http.Fields;
import io.npuq.schema.Tool;
import java.util.List;
import java.util.Optional;

/** Reads {@code tool_choice}. */
final class ToolChoice {
    private static final String NAME = "tool_choice";

    private ToolChoice() {}

    /** Whether the model is not to be told of tools. */
    static boolean isNone(Fields body) {
        return body.any(NAME).filter(choice -> choice.asText().equals("none")).isPresent();
    }

    /** The tools of which one must be called; empty where the model is free. */
    static Optional<List<Tool>> forced(Fields body, List<Tool> tools) {
        Optional<JsonNode> choice = body.any(NAME);
        if (choice.isEmpty()) {
            return Optional.empty();
        }
        if (choice.get().isObject()) {
            return Optional.of(named(choice.get(), tools));
        }
        return switch (choice.get().asText()) {
            case "none", "auto" -> Optional.empty();
            case "required" -> {
                CommonFields.refuse(tools.isEmpty(), NAME, "tool_choice is required, and there are no tools");
                yield Optional.of(tools);
            }
            default -> throw CommonFields.invalid(NAME, "tool_choice must be none, auto, required, or name a function");
        };
    }

    /** Chat completions name it in an object {@code function}, responses beside the type. */
    private static List<Tool> named(JsonNode choice, List<Tool> tools) {
        String name =
                choice.path("function").path("name").asText(choice.path("name").asText());
        List<Tool> named =
                tools.stream().filter(tool -> tool.name().equals(name)).toList();
        CommonFields.refuse(named.isEmpty(), NAME, "tool_choice names a function that is not in tools");
        return named;
    }
}
