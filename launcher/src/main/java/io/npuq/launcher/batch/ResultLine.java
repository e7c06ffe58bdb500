package io.npuq.launcher.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What stands in the result about one document: one line of JSON.
 *
 * @param json with {@code document}, {@code state} and {@code kind}, at least
 */
record ResultLine(ObjectNode json) {
    /** How each begins. */
    static final String BEGINNING = "{\"document\":";

    private static final String SUCCEEDED = "succeeded";

    static ResultLine succeeded(
            String document, DocumentText text, Work work, JsonNode job, List<PartRecord> parts, Instant at) {
        ObjectNode json = begin(document, SUCCEEDED, work);
        JsonNode result = job.path("result");
        json.set("text", result.path("text").deepCopy());
        json.set("json", result.path("json").deepCopy());
        json.putNull("error");
        return end(json, Optional.of(text), parts, job.path("evidence").path("model"), at);
    }

    static ResultLine failed(
            String document,
            Optional<DocumentText> text,
            Work work,
            Failure failure,
            List<PartRecord> parts,
            Instant at) {
        ObjectNode json = begin(document, "failed", work);
        json.putNull("text").putNull("json");
        json.putObject("error").put("code", failure.code()).put("message", failure.message());
        return end(json, text, parts, NullNode.getInstance(), at);
    }

    /** A line as it was written; empty when it is none. */
    static Optional<ResultLine> parse(String line) {
        try {
            return Json.MAPPER.readTree(line) instanceof ObjectNode json
                            && json.path("document").isTextual()
                            && json.path("state").isTextual()
                            && json.path("kind").isTextual()
                    ? Optional.of(new ResultLine(json))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    String document() {
        return json.path("document").asText();
    }

    String kind() {
        return json.path("kind").asText();
    }

    boolean isSucceeded() {
        return json.path("state").asText().equals(SUCCEEDED);
    }

    /** The answer; empty where there is none. */
    String text() {
        return json.path("text").asText("");
    }

    /** The failure, in one line; empty where there is none. */
    String error() {
        JsonNode error = json.path("error");
        return error.isObject()
                ? error.path("code").asText() + ": " + error.path("message").asText()
                : "";
    }

    /** Of the document's bytes, in hexadecimal digits; empty where they could not be read. */
    String digest() {
        return json.path("sha256").asText("");
    }

    private static ObjectNode begin(String document, String state, Work work) {
        return Json.MAPPER
                .createObjectNode()
                .put("document", document)
                .put("state", state)
                .put("kind", work.kind().wire());
    }

    private static ResultLine end(
            ObjectNode json, Optional<DocumentText> text, List<PartRecord> parts, JsonNode model, Instant at) {
        json.put(
                "chars",
                text.map(read -> read.text().codePointCount(0, read.text().length()))
                        .orElse(null));
        json.put("sha256", text.map(read -> read.digest().hex()).orElse(null));
        json.set("model", model.isMissingNode() ? NullNode.getInstance() : model.deepCopy());
        json.put("finished_at", at.truncatedTo(ChronoUnit.MILLIS).toString());
        ArrayNode list = json.putArray("parts");
        parts.forEach(part -> part.write(list.addObject()));
        return new ResultLine(json);
    }
}
