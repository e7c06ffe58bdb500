package io.npuq.api.openai;

import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.http.Fields;
import io.npuq.api.jobs.ResponseFormats;
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
        Optional<List<Tool>> forced = ToolChoice.forced(body, tools);
        ResponseFormat format = ResponseFormats.read(body);
        CommonFields.refuse(
                forced.isPresent() && !format.equals(ResponseFormat.TEXT),
                "response_format",
                "response_format does not go with a tool_choice that forces a call");
        return new Asked(
                CommonFields.request(
                        body,
                        new JobInput.Chat(ChatMessages.read(body), ToolChoice.isNone(body) ? List.of() : tools),
                        maxTokens(body),
                        forced.map(ToolFields::callOf).orElse(format)),
                models.generating(body.text("model")),
                CommonFields.isStreamed(body),
                CommonFields.isUsageStreamed(body),
                forced.isPresent());
    }

    private static int maxTokens(Fields body) {
        int older = CommonFields.maxTokens(body, "max_tokens", JobKind.CHAT.newTokensMax());
        return CommonFields.maxTokens(body, "max_completion_tokens", older);
    }
}
