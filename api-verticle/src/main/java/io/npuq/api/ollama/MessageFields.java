package io.npuq.api.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.ToolFields;
import io.npuq.api.http.Fields;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.ToolCall;
import java.util.List;

/** Reads the messages of a conversation. */
final class MessageFields {
    private MessageFields() {}

    static List<ChatMessage> read(Fields body) {
        return body.requiredObjects("messages").stream()
                .map(MessageFields::message)
                .toList();
    }

    /** What an assistant thought before it answered is not said again to the model. */
    private static ChatMessage message(Fields message) {
        GenerationFields.refuse(message, "images", "messages: images are not supported: the model reads text only");
        List<ToolCall> calls = ToolFields.calls(message, MessageFields::arguments);
        return new ChatMessage(
                message.requiredText("role"),
                message.text("content").orElse(""),
                calls,
                message.text("tool_call_id").orElse(null));
    }

    private static String arguments(Fields function) {
        return function.any("arguments").map(JsonNode::toString).orElse("{}");
    }
}
