package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a job is about: one bounded text, a conversation, or texts to embed. Its text lives in the body file only, never in the index or a log. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(JobInput.Text.class),
    @JsonSubTypes.Type(JobInput.Chat.class),
    @JsonSubTypes.Type(JobInput.Texts.class)
})
public sealed interface JobInput {
    /** Its length in Unicode code points; for a conversation or several texts, over all of them. */
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

    /**
     * Texts to embed, one vector each.
     *
     * @param texts 1 to {@link Limits#EMBEDDING_TEXTS_MAX}, each of 1 to {@link Limits#EMBEDDING_CHARS_MAX} code points
     */
    record Texts(List<String> texts) implements JobInput {
        /** Checks the bounds. */
        public Texts {
            texts = List.copyOf(texts);
            InvalidInputException.check(
                    !texts.isEmpty() && texts.size() <= Limits.EMBEDDING_TEXTS_MAX,
                    "input",
                    "input must have 1 to " + Limits.EMBEDDING_TEXTS_MAX + " texts, not " + texts.size());
            for (int i = 0; i < texts.size(); i++) {
                check(texts.get(i), texts.size() == 1 ? "input" : "input[" + i + "]");
            }
        }

        private static void check(String text, String field) {
            int chars = text.codePointCount(0, text.length());
            InvalidInputException.check(chars > 0, field, field + " must not be empty");
            InvalidInputException.check(
                    chars <= Limits.EMBEDDING_CHARS_MAX,
                    field,
                    field + " has " + chars + " characters; at most " + Limits.EMBEDDING_CHARS_MAX + " are allowed");
            checkUnicode(text, field);
        }

        @Override
        public int chars() {
            return texts.stream()
                    .mapToInt(text -> text.codePointCount(0, text.length()))
                    .sum();
        }
    }

    /** An unpaired surrogate has no UTF-8 form: it would come back from disk as another text. */
    private static void checkUnicode(String text, String field) {
        InvalidInputException.check(
                Unicode.isPaired(text), field, field + " contains an unpaired surrogate, which is not text");
    }
}
