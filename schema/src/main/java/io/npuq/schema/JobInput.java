package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a job is about: one bounded text, or a conversation. Its text lives in the body file only, never in the index or a log. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(JobInput.Text.class), @JsonSubTypes.Type(JobInput.Chat.class)})
public sealed interface JobInput {
    /** Its length in Unicode code points; for a conversation, over all messages. */
    @JsonIgnore
    int chars();

    /**
     * One bounded text.
     *
     * @param text 1 to {@link Limits#INPUT_CHARS_MAX} code points, not blank
     */
    record Text(String text) implements JobInput {
        /** Checks the bounds. */
        public Text {
            InvalidInputException.check(!text.isBlank(), "input", "input must not be empty");
            int chars = text.codePointCount(0, text.length());
            InvalidInputException.check(
                    chars <= Limits.INPUT_CHARS_MAX,
                    "input",
                    "input has " + chars + " characters; at most " + Limits.INPUT_CHARS_MAX + " are allowed");
            checkUnicode(text, "input");
        }

        @Override
        public int chars() {
            return text.codePointCount(0, text.length());
        }
    }

    /**
     * A conversation.
     *
     * @param messages 1 to {@link Limits#CHAT_MESSAGES_MAX} messages, oldest first
     */
    record Chat(List<ChatMessage> messages) implements JobInput {
        /** Checks the bounds. */
        public Chat {
            messages = List.copyOf(messages);
            InvalidInputException.check(
                    !messages.isEmpty() && messages.size() <= Limits.CHAT_MESSAGES_MAX,
                    "messages",
                    "messages must have 1 to " + Limits.CHAT_MESSAGES_MAX + " entries");
            messages.forEach(message -> checkUnicode(message.content(), "messages"));
        }

        @Override
        public int chars() {
            return messages.stream()
                    .mapToInt(message -> message.content()
                            .codePointCount(0, message.content().length()))
                    .sum();
        }
    }

    private static void checkUnicode(String text, String field) {
        InvalidInputException.check(
                Unicode.isPaired(text), field, field + " contains an unpaired surrogate, which is not text");
    }
}
