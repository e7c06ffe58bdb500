package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.http.Fields;
import io.npuq.api.jobs.ResponseFormats;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Tool;
import java.util.List;
import java.util.Optional;

/** Reads a request for a chat completion. */
final class ChatFields {
    private ChatFields() {}

    static Asked read(Fields body, ServedModels models) {
        CommonFields.check(
                body,
                "messages",
                "max_tokens",
                "max_completion_tokens",
                "response_format",
                "tools",
                "tool_choice",
                "functions",
                "function_call");
        CommonFields.refuse(body.has("functions"), "functions", "functions are long deprecated; send tools");
        List<Tool> tools = ToolFields.read(body);
        Optional<List<Tool>> forced = forced(body, tools);
        ResponseFormat format = ResponseFormats.read(body);
        CommonFields.refuse(
                forced.isPresent() && !format.equals(ResponseFormat.TEXT),
                "response_format",
                "response_format does not go with a tool_choice that forces a call");
        return new Asked(
                CommonFields.request(
                        body,
                        new JobInput.Chat(ChatMessages.read(body), isNone(body) ? List.of() : tools),
                        maxTokens(body),
                        forced.map(ToolFields::callOf).orElse(format)),
                models.generating(body.text("model")),
                CommonFields.isStreamed(body),
                CommonFields.isUsageStreamed(body),
                forced.isPresent());
    }

    private static int maxTokens(Fields body) {
        String name = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return CommonFields.maxTokens(body, name, JobKind.CHAT.newTokensMax());
    }

    private static boolean isNone(Fields body) {
        return body.any("tool_choice")
                .filter(choice -> choice.asText().equals("none"))
                .isPresent();
    }

    /** The tools of which one must be called; empty where the model is free. */
    private static Optional<List<Tool>> forced(Fields body, List<Tool> tools) {
        Optional<JsonNode> choice = body.any("tool_choice");
        if (choice.isEmpty()) {
            return Optional.empty();
        }
        if (choice.get().isObject()) {
            String name = choice.get().path("function").path("name").asText();
            List<Tool> named =
                    tools.stream().filter(tool -> tool.name().equals(name)).toList();
            CommonFields.refuse(named.isEmpty(), "tool_choice", "tool_choice names a function that is not in tools");
            return Optional.of(named);
        }
        return switch (choice.get().asText()) {
            case "none", "auto" -> Optional.empty();
            case "required" -> {
                CommonFields.refuse(tools.isEmpty(), "tool_choice", "tool_choice is required, and there are no tools");
                yield Optional.of(tools);
            }
            default ->
                throw new InvalidInputException(
                        "tool_choice", "tool_choice must be none, auto, required, or name a function");
        };
    }
}
