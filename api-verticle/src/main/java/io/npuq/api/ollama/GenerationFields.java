package io.npuq.api.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.generate.WaitingRequest;
import io.npuq.api.http.Fields;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobInput;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads requests for text. Unknown fields pass, since clients send whatever their server of the day takes; but what would change the
 * answer, and cannot be done here, is refused.
 */
final class GenerationFields {
    /** Stands for the input where only the model itself is meant: what else came is checked all the same. */
    private static final JobInput NONE = new JobInput.Prompt("-");

    private GenerationFields() {}

    /** Whether only the model itself is meant: to be loaded, or to go. */
    static boolean isOfModelOnly(Fields body, AnswerShape shape) {
        return shape == AnswerShape.CHAT
                ? body.any("messages")
                        .filter(messages -> !messages.isArray() || !messages.isEmpty())
                        .isEmpty()
                : body.text("prompt").orElse("").isEmpty();
    }

    static Asked read(Fields body, AnswerShape shape, String model) {
        check(body);
        List<Tool> tools = shape == AnswerShape.CHAT && says(body, "tools") ? ToolFields.read(body) : List.of();
        ResponseFormat format = FormatField.read(body);
        Sampling sampling = OptionFields.sampling(body);
        if (!format.equals(ResponseFormat.TEXT)) {
            OptionFields.checkNoStop(sampling);
        }
        return new Asked(
                WaitingRequest.chat(body, input(body, shape, tools), OptionFields.maxTokens(body), sampling, format),
                model,
                shape,
                body.truth("stream").orElse(true),
                !tools.isEmpty(),
                KeepAlive.read(body));
    }

    private static JobInput input(Fields body, AnswerShape shape, List<Tool> tools) {
        if (shape == AnswerShape.GENERATE) {
            return prompt(body);
        }
        return isOfModelOnly(body, shape) ? NONE : new JobInput.Chat(MessageFields.read(body), tools);
    }

    private static void check(Fields body) {
        refuse(body, "suffix", "suffix is not supported: the model fills no gaps");
        refuse(body, "template", "template is not supported: the model's own chat template is used; or send raw true");
        refuse(body, "context", "context is not supported: send the conversation to /api/chat");
        refuse(body, "images", "images are not supported: the model reads text only");
        refuse(body, "think", "think is not supported: the model does not think apart from its answer");
        refuse(body, "logprobs", "logprobs are not supported: the engine keeps none");
    }

    static void refuse(Fields body, String name, String message) {
        InvalidInputException.check(!says(body, name), name, message);
    }

    /** Whether the field is there and says something. */
    private static boolean says(Fields body, String name) {
        return body.any(name).filter(value -> !isNothing(value)).isPresent();
    }

    private static boolean isNothing(JsonNode value) {
        return value.isContainerNode()
                ? value.isEmpty()
                : value.asText().isEmpty() || (value.isBoolean() && !value.booleanValue());
    }

    private static JobInput prompt(Fields body) {
        String prompt = body.text("prompt").orElse("");
        Optional<String> system = body.text("system").filter(text -> !text.isEmpty());
        if (body.truth("raw").orElse(false)) {
            InvalidInputException.check(
                    system.isEmpty(),
                    "system",
                    "system does not go with raw: a raw prompt is all that the model reads");
            return prompt.isEmpty() ? NONE : new JobInput.Prompt(prompt);
        }
        if (prompt.isEmpty()) {
            return NONE;
        }
        List<ChatMessage> messages = new ArrayList<>();
        system.ifPresent(text -> messages.add(new ChatMessage("system", text)));
        messages.add(new ChatMessage("user", prompt));
        return new JobInput.Chat(messages);
    }
}
