package io.npuq.api.jobs;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.embedding.Vectors;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Embedding;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job as the jobs API shows it. Every key is always there, in this order. */
public final class JobJson {
    private JobJson() {}

    /** The job as an answer's body. */
    public static byte[] bytes(Job job) {
        return JsonOut.bytes(json -> write(json, job));
    }

    /** Writes the job as one value. */
    public static void write(JsonGenerator json, Job job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id().value());
        json.writeStringField("object", "job");
        json.writeStringField("kind", job.kind().wire());
        json.writeStringField("state", job.state().wire());
        json.writeNumberField("priority", job.priority());
        json.writeStringField("device", job.device().wire());
        JsonOut.time(json, "created_at", Optional.of(job.createdAt()));
        JsonOut.time(json, "started_at", job.startedAt());
        JsonOut.time(json, "finished_at", job.finishedAt());
        JsonOut.time(json, "deadline_at", job.deadlineAt());
        json.writeNumberField("attempt", job.attempt());
        json.writeNumberField("max_attempts", job.maxAttempts());
        json.writeObjectFieldStart("queue");
        JsonOut.number(json, "position", job.position().orElse(null));
        JsonOut.number(json, "eta_ms", job.etaMs().orElse(null));
        json.writeEndObject();
        result(json, job.result());
        error(json, job.error());
        json.writeFieldName("evidence");
        // The record is the interface: its components stand in the documented order, and the mapper keeps it.
        json.writePOJO(job.evidence().orElse(null));
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> label : job.metadata().entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void result(JsonGenerator json, Optional<JobResult> result) throws IOException {
        json.writeFieldName("result");
        if (result.isEmpty()) {
            json.writeNull();
            return;
        }
        JobResult made = result.get();
        json.writeStartObject();
        json.writeStringField("text", made.text());
        json.writeFieldName("json");
        json.writeTree(made.json());
        json.writeStringField("finish_reason", made.finishReason().wire());
        json.writeObjectFieldStart("usage");
        json.writeObjectField("prompt_tokens", made.usage().promptTokens());
        json.writeObjectField("completion_tokens", made.usage().completionTokens());
        json.writeEndObject();
        if (!made.embeddings().isEmpty()) {
            embeddings(json, made.embeddings());
        }
        if (made.partial()) {
            json.writeBooleanField("partial", true);
        }
        json.writeEndObject();
    }

    /** The vectors; which of their texts were cut, by index; and how many of them were known from earlier jobs. */
    private static void embeddings(JsonGenerator json, List<Embedding> embeddings) throws IOException {
        json.writeArrayFieldStart("embeddings");
        for (Embedding embedding : embeddings) {
            Vectors.write(json, embedding.vector());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("truncated");
        for (int i = 0; i < embeddings.size(); i++) {
            if (embeddings.get(i).truncated()) {
                json.writeNumber(i);
            }
        }
        json.writeEndArray();
        json.writeNumberField(
                "cached", embeddings.stream().filter(Embedding::cached).count());
    }

    /** Writes why the job did not succeed, or null. */
    public static void error(JsonGenerator json, Optional<JobError> error) throws IOException {
        json.writeFieldName("error");
        if (error.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("code", error.get().code().wire());
        json.writeStringField("message", error.get().message());
        json.writeEndObject();
    }
}
