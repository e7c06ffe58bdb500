package io.npuq.worker.prompt;

import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.Tool;
import io.npuq.schema.ToolCall;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's own chat template: turns a conversation into the prompt that the model was trained on, as Transformers'
 * {@code apply_chat_template(add_generation_prompt=True)} does.
 *
 * <p>A message's content is data. Template code in it stays as it is, and special tokens in it are split by a blank ({@link SpecialTexts}), so that no
 * content ends its own turn. A template that knows no system role gets the system message at the head of the first user message.
 *
 * <p>May be shared between threads.
 */
public final class ChatTemplate {
    private static final String MARK = "npuq asks whether this text arrives";
    private static final Tool PROBE_TOOL = new Tool("npuq_asks_for_tools", "", "{}");
    private static final List<ChatMessage> PROBE =
            List.of(new ChatMessage("system", MARK), new ChatMessage("user", "hello"));

    private final Path file;
    private final String text;
    private final TemplateRenderer renderer;
    private final SpecialTexts special;
    private final boolean takesSystem;
    private final boolean takesTools;

    private ChatTemplate(TemplateFiles files, Clock clock) {
        this.file = files.file();
        this.text = files.text();
        this.renderer = renderer(files, clock);
        this.special = SpecialTexts.of(files.text(), files.special());
        this.takesSystem = probe(PROBE, List.of(), MARK);
        if (!takesSystem) {
            requireUser();
        }
        this.takesTools = probe(List.of(new ChatMessage("user", "hello")), List.of(PROBE_TOOL), PROBE_TOOL.name());
    }

    /**
     * Reads the template of a model's directory and tries it.
     *
     * @param clock what templates that print the date are told; with the zone they are told it in
     * @throws ChatTemplateException when there is none, or it is broken; names the file
     */
    public static ChatTemplate load(Path model, Clock clock) {
        return new ChatTemplate(TemplateFiles.read(model), clock);
    }

    /** The template itself, in Jinja. */
    public String text() {
        return text;
    }

    /** Whether the template tells the model of tools. */
    public boolean takesTools() {
        return takesTools;
    }

    /**
     * The prompt for this conversation, up to where the assistant's answer begins.
     *
     * @throws ChatTemplateException when the template refuses the conversation, such as two user messages in a row
     */
    public String render(JobInput.Chat chat) {
        List<ChatMessage> messages = takesSystem ? chat.messages() : withoutSystem(chat.messages());
        try {
            return renderer.render(
                    messages.stream().map(this::safe).toList(),
                    chat.tools().stream().map(this::safe).toList());
        } catch (TemplateFunctions.Refused e) {
            throw new ChatTemplateException(
                    "the chat template " + file + " refuses this conversation: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw broken(file, e);
        }
    }

    private ChatMessage safe(ChatMessage message) {
        return new ChatMessage(
                message.role(),
                special.split(message.content()),
                message.toolCalls().stream().map(this::safe).toList(),
                message.toolCallId());
    }

    /** JSON keeps its form: no special text has a quote or a brace. */
    private ToolCall safe(ToolCall call) {
        return new ToolCall(call.id(), special.split(call.name()), special.split(call.arguments()));
    }

    private Tool safe(Tool tool) {
        return new Tool(tool.name(), special.split(tool.description()), special.split(tool.parameters()));
    }

    private static TemplateRenderer renderer(TemplateFiles files, Clock clock) {
        try {
            return new TemplateRenderer(files.text(), files.tokens(), clock);
        } catch (IllegalArgumentException e) {
            throw broken(files.file(), e);
        }
    }

    private boolean probe(List<ChatMessage> conversation, List<Tool> tools, String expected) {
        try {
            return renderer.render(conversation, tools).contains(expected);
        } catch (TemplateFunctions.Refused | IllegalArgumentException e) {
            // Some templates refuse a system message or tools, others fail on them: the plain conversation decides.
            return false;
        }
    }

    private void requireUser() {
        try {
            if (!renderer.render(List.of(new ChatMessage("user", MARK)), List.of())
                    .contains(MARK)) {
                throw new IllegalArgumentException("it drops the user's message");
            }
        } catch (TemplateFunctions.Refused | IllegalArgumentException e) {
            throw broken(file, e);
        }
    }

    private static ChatTemplateException broken(Path file, RuntimeException cause) {
        return new ChatTemplateException(
                "cannot use the chat template " + file + ": " + cause.getMessage()
                        + "; put a working one into chat_template.jinja beside it",
                cause);
    }

    private static List<ChatMessage> withoutSystem(List<ChatMessage> messages) {
        List<ChatMessage> turns = new ArrayList<>();
        StringBuilder system = new StringBuilder();
        for (ChatMessage message : messages) {
            if (message.role().equals("system")) {
                system.append(message.content()).append("\n\n");
            } else if (message.role().equals("user") && !system.isEmpty()) {
                turns.add(message.withContent(system + message.content()));
                system.setLength(0);
            } else {
                turns.add(message);
            }
        }
        if (!system.isEmpty()) {
            turns.add(new ChatMessage("user", system.toString().strip()));
        }
        return turns;
    }
}
