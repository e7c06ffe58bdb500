package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.http.Fields;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.ToolCall;
import java.util.List;
import java.util.Optional;

/** Reads the messages of a conversation. */
final class ChatMessages {
    private ChatMessages() {}

    static List<ChatMessage> read(Fields body) {
        return body.requiredObjects("messages").stream()
                .map(ChatMessages::message)
                .toList();
    }

    private static ChatMessage message(Fields message) {
        message.onlyKnown(
                List.of("role", "content", "name", "tool_calls", "tool_call_id", "refusal", "audio", "annotations"));
        String role = message.requiredText("role");
        List<ToolCall> calls = ToolFields.calls(message, ChatMessages::arguments);
        Optional<String> content = content(message);
        if (content.isEmpty() && calls.isEmpty()) {
            throw new InvalidInputException("messages", "messages: content is missing");
        }
        return new ChatMessage(
                role.equals("developer") ? "system" : role,
                content.orElse(""),
                calls,
                message.text("tool_call_id").orElse(null));
    }

    /** A text, or parts of which each is one. */
    private static Optional<String> content(Fields message) {
        Optional<JsonNode> content = message.any("content");
        if (content.isEmpty() || !content.get().isArray()) {
            return message.text("content");
        }
        StringBuilder text = new StringBuilder();
        for (Fields part : message.requiredObjects("content")) {
            String type = part.requiredText("type");
            InvalidInputException.check(
                    type.equals("text"),
                    "messages",
                    "messages: parts of content must be of the type text; the model reads nothing else");
            text.append(part.requiredText("text"));
        }
        return Optional.of(text.toString());
    }

    private static String arguments(Fields function) {
        return function.text("arguments").filter(text -> !text.isBlank()).orElse("{}");
    }
}
