package io.npuq.worker.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
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
        ArrayNode messages = request.putArray("messages");
        JobPrompts.messages(generation.kind(), generation.input())
                .forEach(message ->
                        messages.addObject().put("role", message.role()).put("content", message.content()));
        put(request, generation.sampling());
        format(generation).ifPresent(format -> request.set("response_format", format));
        return request;
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
