package io.npuq.worker.prompt;

import com.fasterxml.jackson.core.type.TypeReference;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.Json;
import io.npuq.schema.Tool;
import io.npuq.schema.ToolCall;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jinjava.javax.el.CompositeELResolver;

/** Jinjava, set up to render chat templates as Transformers does with Jinja2. What goes in is data: none of it is read as template code. */
final class TemplateRenderer {
    /** Largest prompt, in bytes; over a conversation of the largest request body. */
    private static final long OUTPUT_BYTES_MAX = 8L << 20;

    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final Jinjava jinjava;
    private final String source;
    private final Map<String, Object> constants;

    /**
     * Prepares a template.
     *
     * @param template the template's text
     * @param tokens {@code bos_token} and the like, by name
     * @param clock what {@code strftime_now} tells
     * @throws IllegalArgumentException saying which tag is never closed
     */
    TemplateRenderer(String template, Map<String, String> tokens, Clock clock) {
        this.source = JinjaSource.plain(template);
        this.jinjava = new Jinjava(config());
        jinjava.getGlobalContext().registerFunction(TemplateFunctions.raiseException());
        jinjava.getGlobalContext().registerFunction(TemplateFunctions.strftimeNow());
        jinjava.getGlobalContext().registerFilter(new TemplateFunctions.ToJson());
        this.constants = new HashMap<>(tokens);
        constants.put("add_generation_prompt", true);
        // Templates ask "strftime_now is defined" of the function; Jinjava looks for a variable.
        constants.put("strftime_now", "a function");
        constants.put(TemplateFunctions.CLOCK, clock);
    }

    /**
     * The prompt.
     *
     * @throws TemplateFunctions.Refused when the template says that it does not take this conversation
     * @throws IllegalArgumentException when the template is broken; the message says where
     */
    String render(List<ChatMessage> messages, List<Tool> tools) {
        Map<String, Object> variables = new HashMap<>(constants);
        variables.put(
                "messages", messages.stream().map(TemplateRenderer::fields).toList());
        if (!tools.isEmpty()) {
            variables.put("tools", tools.stream().map(TemplateRenderer::fields).toList());
        }
        RenderResult result = jinjava.renderForResult(source, variables);
        Optional<TemplateError> error = result.getErrors().stream().findFirst();
        if (error.isPresent()) {
            throw failure(error.get());
        }
        return result.getOutput();
    }

    /** In this order, as a template may print the whole message. */
    private static Map<String, Object> fields(ChatMessage message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", message.role());
        fields.put("content", message.content());
        if (!message.toolCalls().isEmpty()) {
            fields.put(
                    "tool_calls",
                    message.toolCalls().stream().map(TemplateRenderer::fields).toList());
        }
        if (message.toolCallId() != null) {
            fields.put("tool_call_id", message.toolCallId());
        }
        return fields;
    }

    private static Map<String, Object> fields(ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        function.put("arguments", json(call.arguments()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", call.id());
        fields.put("type", "function");
        fields.put("function", function);
        return fields;
    }

    private static Map<String, Object> fields(Tool tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.put("parameters", json(tool.parameters()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "function");
        fields.put("function", function);
        return fields;
    }

    private static Map<String, Object> json(String object) {
        return Json.MAPPER.convertValue(Json.object("tools", object), OBJECT);
    }

    private static RuntimeException failure(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateFunctions.Refused refused) {
                return refused;
            }
        }
        return new IllegalArgumentException(error.getMessage(), error.getException());
    }

    private static JinjavaConfig config() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new PythonMethods());
        resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        return JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withElResolver(resolver)
                .withMaxOutputSize(OUTPUT_BYTES_MAX)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withIterateOverMapKeys(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build();
    }
}
