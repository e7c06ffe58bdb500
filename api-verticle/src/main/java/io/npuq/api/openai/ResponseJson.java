package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.JsonOut;
import io.npuq.api.jobs.JobJson;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A response as an object: what is known of its job. What was asked is erased with the job's input, and not said again. */
final class ResponseJson {
    static final String PREFIX = "resp_";

    private ResponseJson() {}

    static byte[] bytes(Job job, String model) {
        return JsonOut.object(json -> fields(json, job, model));
    }

    static void fields(JsonGenerator json, Job job, String model) throws IOException {
        json.writeStringField("id", CompletionJson.id(PREFIX, job.id()));
        json.writeStringField("object", "response");
        json.writeNumberField("created_at", job.createdAt().getEpochSecond());
        json.writeStringField("status", status(job));
        JobJson.error(json, job.error().filter(any -> job.state() != JobState.CANCELLED));
        json.writeFieldName("incomplete_details");
        if (isCut(job)) {
            json.writeStartObject();
            json.writeStringField("reason", "max_output_tokens");
            json.writeEndObject();
        } else {
            json.writeNull();
        }
        json.writeNullField("instructions");
        json.writeNumberField("max_output_tokens", job.maxNewTokens());
        json.writeStringField("model", model);
        output(json, job);
        json.writeBooleanField("parallel_tool_calls", true);
        json.writeNullField("previous_response_id");
        json.writeStringField("tool_choice", "auto");
        json.writeArrayFieldStart("tools");
        json.writeEndArray();
        usage(json, job);
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> label : job.metadata().entrySet()) {
            if (!label.getKey().equals(ResponseFields.CALL_FORCED)) {
                json.writeStringField(label.getKey(), label.getValue());
            }
        }
        json.writeEndObject();
    }

    private static String status(Job job) {
        return switch (job.state()) {
            case QUEUED -> "queued";
            case RUNNING -> "in_progress";
            case SUCCEEDED -> isCut(job) ? "incomplete" : "completed";
            case FAILED, EXPIRED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    private static boolean isCut(Job job) {
        return job.state() == JobState.SUCCEEDED
                && job.result()
                        .filter(result -> result.finishReason() == FinishReason.LENGTH)
                        .isPresent();
    }

    private static void output(JsonGenerator json, Job job) throws IOException {
        json.writeArrayFieldStart("output");
        Optional<String> answer = job.result().map(JobResult::text);
        if (answer.isPresent()) {
            Parts parts = Parts.of(job, answer.get());
            if (!parts.text().isBlank() || parts.calls().isEmpty()) {
                json.writeStartObject();
                message(json, job.id(), "completed", parts.text());
                json.writeEndObject();
            }
            for (int i = 0; i < parts.calls().size(); i++) {
                json.writeStartObject();
                call(json, job.id(), i, parts.calls().get(i));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    /** An answer's text, and the calls of tools that were in it. */
    record Parts(String text, List<Called> calls) {
        static Parts of(Job job, String answer) {
            if (ResponseFields.isCallForced(job.metadata())) {
                return new Parts("", ToolCallText.parse(answer).map(List::of).orElse(List.of()));
            }
            ToolCallText calls = new ToolCallText();
            String text = calls.more(answer) + calls.end();
            return new Parts(text, calls.calls());
        }
    }

    static void message(JsonGenerator json, JobId job, String status, String text) throws IOException {
        json.writeStringField("type", "message");
        json.writeStringField("id", CompletionJson.id("msg_", job));
        json.writeStringField("status", status);
        json.writeStringField("role", "assistant");
        json.writeArrayFieldStart("content");
        if (status.equals("completed")) {
            json.writeStartObject();
            part(json, text);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void part(JsonGenerator json, String text) throws IOException {
        json.writeStringField("type", "output_text");
        json.writeStringField("text", text);
        json.writeArrayFieldStart("annotations");
        json.writeEndArray();
    }

    static void call(JsonGenerator json, JobId job, int index, Called call) throws IOException {
        json.writeStringField("type", "function_call");
        json.writeStringField("id", CompletionJson.id("fc_", job) + "_" + index);
        json.writeStringField("call_id", CompletionJson.id("call_", job) + "_" + index);
        json.writeStringField("name", call.name());
        json.writeStringField("arguments", call.arguments());
        json.writeStringField("status", "completed");
    }

    private static void usage(JsonGenerator json, Job job) throws IOException {
        Usage usage = job.result().map(JobResult::usage).orElse(new Usage(null, null));
        Integer input = usage.promptTokens();
        Integer output = usage.completionTokens();
        json.writeFieldName("usage");
        if (input == null || output == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("input_tokens", input);
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("cached_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("output_tokens", output);
        json.writeObjectFieldStart("output_tokens_details");
        json.writeNumberField("reasoning_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("total_tokens", input + output);
        json.writeEndObject();
    }
}
