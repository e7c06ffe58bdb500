package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.embedding.Vectors;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Embedding;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.Timing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request for embeddings, and its answer.
 *
 * @param texts what is to be embedded; none where only the model itself is meant
 * @param model the model's name, as the client has it
 * @param isOlder whether it came on the older path, which takes one text and answers one vector
 * @param priority of the job
 * @param truncate whether a text that is too long loses its end; else it is refused
 * @param dimensions how many numbers a vector is to have; checked against what the model makes
 * @param keepAlive whether the model is to go behind it
 */
record EmbedCall(
        List<String> texts,
        String model,
        boolean isOlder,
        int priority,
        boolean truncate,
        OptionalLong dimensions,
        KeepAlive keepAlive) {
    static EmbedCall read(Fields body, String model) {
        return read(body, model, body.texts("input"), false);
    }

    static EmbedCall readOlder(Fields body, String model) {
        return read(body, model, body.text("prompt").stream().toList(), true);
    }

    /** A single empty text is no text. */
    private static EmbedCall read(Fields body, String model, List<String> texts, boolean isOlder) {
        return new EmbedCall(
                texts.equals(List.of("")) ? List.of() : texts,
                model,
                isOlder,
                body.integer("priority", Limits.PRIORITY_SYNC),
                body.truth("truncate").orElse(true),
                body.integer("dimensions"),
                KeepAlive.read(body));
    }

    /** The job; where only the model itself is meant, one that is checked like any other and not made. */
    JobRequest request() {
        return JobRequest.embedding(texts.isEmpty() ? List.of("-") : texts).withPriority(priority);
    }

    byte[] answer(Job job) {
        List<Embedding> made = checked(job);
        Optional<Timing> timing = job.evidence().map(Evidence::timing);
        return isOlder ? JsonOut.object(json -> one(json, made)) : JsonOut.object(json -> all(json, made, timing));
    }

    byte[] answerOfNothing() {
        return isOlder
                ? JsonOut.object(json -> one(json, List.of()))
                : JsonOut.object(json -> all(json, List.of(), Optional.empty()));
    }

    /** All vectors, and what they took. */
    private void all(JsonGenerator json, List<Embedding> made, Optional<Timing> timing) throws IOException {
        json.writeStringField("model", model);
        json.writeArrayFieldStart("embeddings");
        for (Embedding embedding : made) {
            Vectors.write(json, embedding.vector());
        }
        json.writeEndArray();
        if (timing.isPresent()) {
            Durations.nanos(json, "total_duration", timing.get().total());
            Durations.nanos(json, "load_duration", timing.get().load());
            json.writeNumberField("prompt_eval_count", Vectors.tokens(made));
        }
    }

    /** The one vector, or none. */
    private static void one(JsonGenerator json, List<Embedding> made) throws IOException {
        json.writeFieldName("embedding");
        if (made.isEmpty()) {
            json.writeStartArray();
            json.writeEndArray();
        } else {
            Vectors.write(json, made.get(0).vector());
        }
    }

    private List<Embedding> checked(Job job) {
        List<Embedding> made = job.result().orElseThrow().embeddings();
        Vectors.checkDimensions(made, dimensions);
        if (!truncate && made.stream().anyMatch(Embedding::truncated)) {
            throw new ProblemException(Problem.of(
                    400,
                    "input_too_long",
                    "the input length exceeds the context length; shorten it, or leave truncate out",
                    "input"));
        }
        return made;
    }
}
