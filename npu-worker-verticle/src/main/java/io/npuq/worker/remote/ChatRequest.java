package io.npuq.worker.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.Tool;
import io.npuq.schema.ToolCall;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.prompt.JobPrompts;
import java.util.List;
import java.util.Optional;

/** What is asked, in OpenAI's words. Nothing of the job but its text goes there: no id, no labels, no client. */
final class ChatRequest {
    private ChatRequest() {}

    static JsonNode of(Generation generation, String model) {
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.put("model", model).put("stream", true);
        request.putObject("stream_options").put("include_usage", true);
        request.put("max_tokens", generation.maxNewTokens());
        if (generation.input() instanceof JobInput.Prompt raw) {
            request.put("prompt", raw.prompt());
        } else {
            put(request, JobPrompts.conversation(generation.kind(), generation.input()));
        }
        put(request, generation.sampling());
        format(generation).ifPresent(format -> request.set("response_format", format));
        return request;
    }

    /** Where it is asked: a prompt without a template is the older dialect. */
    static String path(Generation generation) {
        return generation.input() instanceof JobInput.Prompt ? "/completions" : "/chat/completions";
    }

    private static void put(ObjectNode request, JobInput.Chat chat) {
        ArrayNode messages = request.putArray("messages");
        chat.messages().forEach(message -> put(messages.addObject(), message));
        if (!chat.tools().isEmpty()) {
            ArrayNode tools = request.putArray("tools");
            chat.tools().forEach(tool -> put(tools.addObject(), tool));
        }
    }

    private static void put(ObjectNode object, ChatMessage message) {
        object.put("role", message.role()).put("content", message.content());
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = object.putArray("tool_calls");
            for (ToolCall call : message.toolCalls()) {
                calls.addObject()
                        .put("id", call.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name())
                        .put("arguments", call.arguments());
            }
        }
        if (message.toolCallId() != null) {
            object.put("tool_call_id", message.toolCallId());
        }
    }

    private static void put(ObjectNode object, Tool tool) {
        object.put("type", "function")
                .putObject("function")
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", Json.object("tools", tool.parameters()));
    }

    /** In what form the answer is to come; empty for free text. */
    private static Optional<JsonNode> format(Generation generation) {
        if (generation.format() instanceof ResponseFormat.JsonObject) {
            return Optional.of(Json.MAPPER.createObjectNode().put("type", "json_object"));
        }
        if (generation.format() instanceof ResponseFormat.JsonSchema given) {
            return Optional.of(schema(given.name(), given.tree()));
        }
        return AnswerObject.schema(generation.kind())
                .map(schema -> schema(generation.kind().wire(), schema));
    }

    private static JsonNode schema(String name, JsonNode schema) {
        ObjectNode format = Json.MAPPER.createObjectNode().put("type", "json_schema");
        format.putObject("json_schema").put("name", name).put("strict", true).set("schema", schema);
        return format;
    }

    /** What is at its default is left out: not every server knows every field. */
    private static void put(ObjectNode request, Sampling sampling) {
        request.put("temperature", sampling.temperature());
        if (sampling.topP() != 1) {
            request.put("top_p", sampling.topP());
        }
        if (sampling.topK() != 0) {
            request.put("top_k", sampling.topK());
        }
        if (sampling.repetitionPenalty() != 1) {
            request.put("repetition_penalty", sampling.repetitionPenalty());
        }
        if (sampling.frequencyPenalty() != 0) {
            request.put("frequency_penalty", sampling.frequencyPenalty());
        }
        if (sampling.presencePenalty() != 0) {
            request.put("presence_penalty", sampling.presencePenalty());
        }
        if (sampling.seed() != null) {
            request.put("seed", sampling.seed());
        }
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = request.putArray("stop");
            sampling.stop().forEach(stop::add);
        }
    }

    /** The kinds that a conversation can stand for. */
    static List<JobKind> kinds() {
        return List.of(JobKind.TITLE, JobKind.SUMMARY, JobKind.NOTIFICATION, JobKind.MEMORY_CANDIDATE, JobKind.CHAT);
    }
}
