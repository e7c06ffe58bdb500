package io.npuq.worker.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Severity;
import io.npuq.worker.engine.Generation;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The object that an answer of the JSON kinds is: asked for as a schema, and checked, since not every server obeys one. */
final class AnswerObject {
    private AnswerObject() {}

    /** The schema of that kind's answer; empty for kinds that answer in free text. */
    static Optional<ObjectNode> schema(JobKind kind) {
        return switch (kind) {
            case NOTIFICATION -> {
                ObjectNode properties = Json.MAPPER.createObjectNode();
                ArrayNode severities =
                        properties.putObject("severity").put("type", "string").putArray("enum");
                Severity.wires().forEach(severities::add);
                properties.putObject("category").put("type", "string");
                properties.putObject("summary").put("type", "string");
                properties.putObject("action_needed").put("type", "boolean");
                yield Optional.of(object(properties));
            }
            case MEMORY_CANDIDATE -> {
                ObjectNode properties = Json.MAPPER.createObjectNode();
                properties
                        .putObject("candidates")
                        .put("type", "array")
                        .putObject("items")
                        .put("type", "string");
                properties.putObject("notes").put("type", "string");
                yield Optional.of(object(properties));
            }
            case TITLE, SUMMARY, CHAT, EMBEDDING -> Optional.empty();
        };
    }

    /** Whether the answer must be JSON. */
    static boolean isWanted(Generation generation) {
        return generation.kind().answersJson() || generation.format().shape().isPresent();
    }

    /** The JSON in the text; empty when it is none, or not what was asked for. Whether it fits a client's schema is the server's word. */
    static Optional<JsonNode> parse(Generation generation, String text) {
        try {
            JsonNode answer = Json.MAPPER.readTree(text);
            boolean fits = generation.kind().answersJson()
                    ? isOf(generation.kind(), answer)
                    : answer.isObject() || !(generation.format() instanceof ResponseFormat.JsonObject);
            return fits ? Optional.of(answer) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean isOf(JobKind kind, JsonNode answer) {
        return switch (kind) {
            case NOTIFICATION ->
                hasExactly(answer, Set.of("severity", "category", "summary", "action_needed"))
                        && Severity.wires().contains(answer.path("severity").asText())
                        && answer.path("category").isTextual()
                        && answer.path("summary").isTextual()
                        && answer.path("action_needed").isBoolean();
            case MEMORY_CANDIDATE ->
                hasExactly(answer, Set.of("candidates", "notes"))
                        && answer.path("candidates").isArray()
                        && allTexts(answer.path("candidates"))
                        && answer.path("notes").isTextual();
            case TITLE, SUMMARY, CHAT, EMBEDDING -> false;
        };
    }

    private static boolean hasExactly(JsonNode answer, Set<String> names) {
        Set<String> found = new TreeSet<>();
        answer.fieldNames().forEachRemaining(found::add);
        return found.equals(names);
    }

    private static boolean allTexts(JsonNode array) {
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode object(ObjectNode properties) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        schema.put("type", "object");
        ArrayNode required = schema.putArray("required");
        properties.fieldNames().forEachRemaining(required::add);
        schema.put("additionalProperties", false);
        schema.set("properties", properties);
        return schema;
    }
}
