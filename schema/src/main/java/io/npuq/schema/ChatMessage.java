package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content its text; may be empty
 * @param toolCalls what an assistant wanted to have called
 * @param toolCallId which call a tool's message answers; null where the client does not say
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChatMessage(
        @JsonInclude String role,
        @JsonInclude String content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId) {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    /** Checks the role. */
    @SuppressWarnings("RedundantNullCheck") // Jackson passes null for what a stored message lacks
    public ChatMessage {
        toolCalls = toolCalls == null ? List.of() : List.copyOf(toolCalls);
        InvalidInputException.check(
                ROLES.contains(role), "messages", "messages: role must be one of system, user, assistant, tool");
        InvalidInputException.check(
                toolCalls.isEmpty() || role.equals("assistant"),
                "messages",
                "messages: tool_calls are for the role assistant only");
    }

    /** A message in which nothing is called. */
    public ChatMessage(String role, String content) {
        this(role, content, List.of(), null);
    }

    /** The same with another text. */
    public ChatMessage withContent(String text) {
        return new ChatMessage(role, text, toolCalls, toolCallId);
    }
}
