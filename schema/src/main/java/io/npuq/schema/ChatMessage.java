package io.npuq.schema;

import java.util.Set;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content its text; may be empty
 */
public record ChatMessage(String role, String content) {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    /** Checks the role. */
    public ChatMessage {
        InvalidInputException.check(
                ROLES.contains(role), "messages", "messages: role must be one of system, user, assistant");
    }
}
