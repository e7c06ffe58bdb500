package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.http.Fields;
import io.npuq.api.jobs.ResponseFormats;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Tool;
import io.npuq.schema.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request for a response.
 *
 * @param request the job
 * @param model the model's name, as the client has it
 * @param streamed whether the answer is to come event by event
 * @param background whether nobody waits for it
 */
record ResponseFields(JobRequest request, String model, boolean streamed, boolean background) {
    /** The job's own label for an answer that is a call of a tool and nothing else; clients do not see it. */
    static final String CALL_FORCED = "npuq_call_forced";

    /** Whether an answer with these labels is a call of a tool, and nothing else. */
    static boolean isCallForced(Map<String, String> labels) {
        return labels.containsKey(CALL_FORCED);
    }

    static ResponseFields read(Fields body, ServedModels models) {
        CommonFields.check(
                body,
                "input",
                "instructions",
                "max_output_tokens",
                "background",
                "text",
                "tools",
                "tool_choice",
                "previous_response_id",
                "include",
                "reasoning",
                "truncation");
        CommonFields.refuse(
                body.has("previous_response_id"),
                "previous_response_id",
                "previous_response_id is not supported: a job's input is erased at its end; send the whole conversation as input");
        boolean unused = CommonFields.isUsageStreamed(body); // the last event has the counts, whatever is said
        boolean background = body.truth("background").orElse(false);
        CommonFields.refuse(
                background && !body.truth("store").orElse(true),
                "store",
                "store must be true for a response in the background: it is fetched from the store");
        List<Tool> tools = tools(body);
        Optional<List<Tool>> forced = ToolChoice.forced(body, tools);
        JobInput input = new JobInput.Chat(messages(body), ToolChoice.isNone(body) ? List.of() : tools);
        JobRequest request = CommonFields.request(
                body,
                input,
                CommonFields.maxTokens(body, "max_output_tokens", JobKind.CHAT.newTokensMax()),
                forced.map(ToolFields::callOf).orElseGet(() -> format(body)));
        return new ResponseFields(
                forced.isPresent() ? labelled(request) : request,
                models.generating(body.text("model")),
                CommonFields.isStreamed(body),
                background);
    }

    private static JobRequest labelled(JobRequest request) {
        Map<String, String> labels = new LinkedHashMap<>(request.metadata());
        labels.put(CALL_FORCED, "true");
        return request.withMetadata(labels);
    }

    private static ResponseFormat format(Fields body) {
        return body.object("text")
                .map(text -> text.onlyKnown(List.of("format", "verbosity")))
                .map(ResponseFormats::readFlat)
                .orElse(ResponseFormat.TEXT);
    }

    /** Flat, where chat completions have an object {@code function}. */
    private static List<Tool> tools(Fields body) {
        if (!body.has("tools")) {
            return List.of();
        }
        return body.requiredObjects("tools").stream()
                .map(tool -> {
                    CommonFields.refuse(
                            !tool.requiredText("type").equals("function"),
                            "tools",
                            "tools: the type must be function; this server runs no tools of its own");
                    return ToolFields.function(
                            tool.onlyKnown(List.of("type", "name", "description", "parameters", "strict")));
                })
                .toList();
    }

    private static List<ChatMessage> messages(Fields body) {
        List<ChatMessage> messages = new ArrayList<>();
        body.text("instructions").ifPresent(text -> messages.add(new ChatMessage("system", text)));
        JsonNode input = body.any("input").orElseThrow(() -> CommonFields.invalid("input", "input is missing"));
        if (input.isTextual()) {
            messages.add(new ChatMessage("user", input.textValue()));
        } else {
            body.requiredObjects("input").forEach(item -> messages.add(message(item)));
        }
        return messages;
    }

    private static ChatMessage message(Fields item) {
        return switch (item.text("type").orElse("message")) {
            case "message" -> {
                String role = item.requiredText("role");
                yield new ChatMessage(role.equals("developer") ? "system" : role, content(item));
            }
            case "function_call" ->
                new ChatMessage(
                        "assistant",
                        "",
                        List.of(new ToolCall(
                                item.requiredText("call_id"),
                                item.requiredText("name"),
                                item.requiredText("arguments"))),
                        null);
            case "function_call_output" ->
                new ChatMessage("tool", content(item, "output"), List.of(), item.requiredText("call_id"));
            default ->
                throw CommonFields.invalid(
                        "input", "input: the type of an item must be message, function_call or function_call_output");
        };
    }

    private static String content(Fields item) {
        return content(item, "content");
    }

    private static String content(Fields item, String name) {
        if (!item.any(name).filter(JsonNode::isArray).isPresent()) {
            return item.requiredText(name);
        }
        StringBuilder text = new StringBuilder();
        for (Fields part : item.requiredObjects(name)) {
            CommonFields.refuse(
                    !List.of("input_text", "output_text", "text").contains(part.requiredText("type")),
                    "input",
                    "input: parts of content must be text; the model reads nothing else");
            text.append(part.requiredText("text"));
        }
        return text.toString();
    }
}
