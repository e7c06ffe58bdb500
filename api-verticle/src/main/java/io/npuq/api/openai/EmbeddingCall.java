package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.embedding.Vectors;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.Job;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import java.util.List;
import java.util.OptionalLong;

/**
 * A request for embeddings, and its answer.
 *
 * @param request the job
 * @param model the model's name, as the client has it
 * @param base64 whether vectors come as base64 instead of numbers
 * @param dimensions how many numbers a vector is to have; checked against what the model makes
 */
record EmbeddingCall(JobRequest request, String model, boolean base64, OptionalLong dimensions) {
    static EmbeddingCall read(Fields body, ServedModels models, Embeddings embeddings) {
        embeddings.check("model");
        body.onlyKnown(List.of("model", "input", "encoding_format", "dimensions", "user", "priority"));
        CommonFields.refuse(!body.has("input"), "input", "input is missing");
        CommonFields.refuse(
                body.any("input").filter(EmbeddingCall::hasTokens).isPresent(),
                "input",
                "input must be a text or an array of texts; this server tokenizes by itself");
        String format = body.text("encoding_format").orElse("float");
        CommonFields.refuse(
                !format.equals("float") && !format.equals("base64"),
                "encoding_format",
                "encoding_format must be float or base64");
        return new EmbeddingCall(
                JobRequest.embedding(body.texts("input")).withPriority(body.integer("priority", Limits.PRIORITY_SYNC)),
                models.embedding(body.text("model")),
                format.equals("base64"),
                body.integer("dimensions"));
    }

    private static boolean hasTokens(JsonNode input) {
        return input.isArray()
                && !input.isEmpty()
                && (input.get(0).isNumber() || input.get(0).isArray());
    }

    byte[] answer(Job job) {
        List<Embedding> embeddings = job.result().orElseThrow().embeddings();
        Vectors.checkDimensions(embeddings, dimensions);
        int tokens = Vectors.tokens(embeddings);
        return JsonOut.object(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int i = 0; i < embeddings.size(); i++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", i);
                json.writeFieldName("embedding");
                EmbeddingVector vector = embeddings.get(i).vector();
                if (base64) {
                    json.writeString(vector.base64());
                } else {
                    Vectors.write(json, vector);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("model", model);
            json.writeObjectFieldStart("usage");
            json.writeNumberField("prompt_tokens", tokens);
            json.writeNumberField("total_tokens", tokens);
            json.writeEndObject();
        });
    }
}
