package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a job is about: one bounded text, a conversation, a prompt, or texts to embed. Its text lives in the body file only, never in the index or a log. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(JobInput.Text.class),
    @JsonSubTypes.Type(JobInput.Chat.class),
    @JsonSubTypes.Type(JobInput.Prompt.class),
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
     * @param tools what the model may want to have called, at most {@link Limits#CHAT_TOOLS_MAX}
     */
    record Chat(
            List<ChatMessage> messages,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Tool> tools) implements JobInput {
        /** Checks the bounds. */
        @SuppressWarnings("RedundantNullCheck") // Jackson passes null for what a stored conversation lacks
        public Chat {
            messages = List.copyOf(messages);
            tools = tools == null ? List.of() : List.copyOf(tools);
            InvalidInputException.check(
                    !messages.isEmpty() && messages.size() <= Limits.CHAT_MESSAGES_MAX,
                    "messages",
                    "messages must have 1 to " + Limits.CHAT_MESSAGES_MAX + " entries");
            InvalidInputException.check(
                    tools.size() <= Limits.CHAT_TOOLS_MAX,
                    "tools",
                    "tools must have at most " + Limits.CHAT_TOOLS_MAX + " entries");
            messages.forEach(Chat::checkUnicode);
            tools.forEach(tool -> JobInput.checkUnicode(tool.description() + tool.parameters(), "tools"));
        }

        /** A conversation without tools. */
        public Chat(List<ChatMessage> messages) {
            this(messages, List.of());
        }

        private static void checkUnicode(ChatMessage message) {
            JobInput.checkUnicode(message.content(), "messages");
            message.toolCalls().forEach(call -> JobInput.checkUnicode(call.arguments(), "messages"));
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
     * What the model is to go on writing, without its chat template.
     *
     * @param prompt not empty; special tokens in it are what they are
     */
    record Prompt(String prompt) implements JobInput {
        /** Checks the bounds. */
        public Prompt {
            InvalidInputException.check(!prompt.isEmpty(), "prompt", "prompt must not be empty");
            checkUnicode(prompt, "prompt");
        }

        @Override
        public int chars() {
            return prompt.codePointCount(0, prompt.length());
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
