package io.npuq.worker.prompt;

import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.llm.Prompts;
import java.util.List;

/**
 * What a language model is told for each kind of job, and what is made of its answer. docs/prompts.md has what each prompt gave with a real model.
 *
 * <p>The prompts are short, since an NPU takes about a thousand tokens with the input, and hold no example: a small model repeats an example's words as if
 * they were the input's. They are meant for greedy sampling without a repetition penalty: a penalty counts the input's words too, and so drives a
 * small model away from the facts.
 */
public final class JobPrompts implements Prompts {
    private static final String TITLE =
            "Extract the main key point of the input text as a very short title of at most 8 words,"
                    + " in the language of the text.";

    private static final String SUMMARY =
            "You summarize texts in at most 3 short sentences." + " Use only facts from the text, and its language.";

    private static final String SUMMARY_LEAD = "Summarize this text:\n\n";

    private static final String NOTIFICATION =
            "Answer with a JSON object about the input text: severity is info for news,"
                    + " warning for problems and critical for failures; category is the topic in one word; summary is the main key point"
                    + " in one very short sentence; action_needed is true or false. Keep the language of the text.";

    private static final String MEMORY =
            "Answer with a JSON object about the input text: candidates are the facts worth remembering,"
                    + " such as people, preferences, decisions and dates, each as one short sentence of the text; notes is one short remark.";

    private final ChatTemplate template;

    /** Prompts for the model of this template. */
    public JobPrompts(ChatTemplate template) {
        this.template = template;
    }

    /**
     * The prompt, up to where the answer begins: as it came, where it came whole; for the JSON kinds the object itself, from its brace on, is the answer.
     *
     * @throws ChatTemplateException when the model's template refuses the conversation of a chat
     * @throws IllegalArgumentException for an embedding, which has no prompt
     */
    @Override
    public String prompt(Generation generation) {
        if (generation.input() instanceof JobInput.Prompt raw) {
            return raw.prompt();
        }
        return template.render(conversation(generation.kind(), generation.input()));
    }

    /** The answer in its kind's shape ({@link AnswerShape}); a JSON object and a chat's answer stay as they are. */
    @Override
    public String shape(JobKind kind, String text) {
        return shaped(kind, text);
    }

    /** The same, whatever the model. */
    public static String shaped(JobKind kind, String text) {
        return switch (kind) {
            case TITLE -> AnswerShape.title(text);
            case SUMMARY -> AnswerShape.summary(text);
            case NOTIFICATION, MEMORY_CANDIDATE, CHAT, EMBEDDING -> text;
        };
    }

    /** A conversation as it is; for a bounded kind its instruction and the input. */
    public static JobInput.Chat conversation(JobKind kind, JobInput input) {
        return input instanceof JobInput.Chat chat
                ? chat
                : new JobInput.Chat(
                        instruction(kind, ((JobInput.Text) input).text().strip()));
    }

    private static List<ChatMessage> instruction(JobKind kind, String text) {
        return switch (kind) {
            case TITLE -> instruction(TITLE, PlainText.of(text));
            case SUMMARY -> instruction(SUMMARY, SUMMARY_LEAD + PlainText.of(text));
            case NOTIFICATION -> instruction(NOTIFICATION, text);
            case MEMORY_CANDIDATE -> instruction(MEMORY, text);
            case CHAT, EMBEDDING ->
                throw new IllegalArgumentException("no prompt for a " + kind.wire() + " of one text");
        };
    }

    private static List<ChatMessage> instruction(String system, String user) {
        return List.of(new ChatMessage("system", system), new ChatMessage("user", user));
    }
}
