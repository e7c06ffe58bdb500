package io.npuq.api.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch as clients see it. */
final class BatchJson {
    private BatchJson() {}

    static void write(JsonGenerator json, Batch batch) throws IOException {
        BatchCounts counts = batch.counts();
        boolean ended = batch.status().isFinal();
        json.writeStartObject();
        json.writeStringField("id", batch.id());
        json.writeStringField("object", "batch");
        json.writeStringField("endpoint", batch.request().endpoint());
        json.writeStringField("model", batch.model());
        errors(json, batch);
        json.writeStringField("input_file_id", batch.request().inputFileId());
        json.writeStringField("completion_window", batch.request().completionWindow());
        json.writeStringField("status", batch.status().wire());
        json.writeStringField("output_file_id", ended && counts.completed() > 0 ? batch.outputFileId() : null);
        json.writeStringField("error_file_id", ended && counts.failed() > 0 ? batch.errorFileId() : null);
        json.writeNumberField("created_at", batch.createdAt().getEpochSecond());
        time(json, "in_progress_at", batch.at(BatchStatus.IN_PROGRESS).orElse(null));
        time(json, "expires_at", batch.expiresAt());
        for (BatchStatus status : new BatchStatus[] {
            BatchStatus.FINALIZING,
            BatchStatus.COMPLETED,
            BatchStatus.FAILED,
            BatchStatus.EXPIRED,
            BatchStatus.CANCELLING,
            BatchStatus.CANCELLED
        }) {
            time(json, status.wire() + "_at", batch.at(status).orElse(null));
        }
        json.writeObjectFieldStart("request_counts");
        json.writeNumberField("total", counts.total());
        json.writeNumberField("completed", counts.completed());
        json.writeNumberField("failed", counts.failed());
        json.writeEndObject();
        usage(json, counts);
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> label : batch.request().metadata().entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void errors(JsonGenerator json, Batch batch) throws IOException {
        json.writeFieldName("errors");
        if (batch.errors().isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("object", "list");
        json.writeArrayFieldStart("data");
        for (LineProblem problem : batch.errors()) {
            json.writeStartObject();
            json.writeStringField("code", problem.code());
            Integer line = problem.line();
            json.writeFieldName("line");
            if (line == null) {
                json.writeNull();
            } else {
                json.writeNumber(line.intValue());
            }
            json.writeStringField("message", problem.message());
            json.writeStringField("param", problem.param());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void usage(JsonGenerator json, BatchCounts counts) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", counts.inputTokens());
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("cached_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("output_tokens", counts.outputTokens());
        json.writeObjectFieldStart("output_tokens_details");
        json.writeNumberField("reasoning_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("total_tokens", counts.inputTokens() + counts.outputTokens());
        json.writeEndObject();
    }

    private static void time(JsonGenerator json, String name, @Nullable Instant time) throws IOException {
        json.writeFieldName(name);
        if (time == null) {
            json.writeNull();
        } else {
            json.writeNumber(time.getEpochSecond());
        }
    }
}
