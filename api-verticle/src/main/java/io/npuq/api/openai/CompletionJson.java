package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobResult;
import io.npuq.schema.Usage;
import java.io.IOException;
import java.util.List;

/** The parts of which answers and their pieces consist. */
final class CompletionJson {
    private CompletionJson() {}

    /** The head of an object: it names the job, so that an answer can be found again. */
    static void head(JsonGenerator json, String prefix, String object, Job job, String model) throws IOException {
        json.writeStringField("id", id(prefix, job.id()));
        json.writeStringField("object", object);
        json.writeNumberField("created", job.createdAt().getEpochSecond());
        json.writeStringField("model", model);
    }

    static String id(String prefix, JobId id) {
        return prefix + id.digits();
    }

    /** Null where an upstream did not count. */
    static void usage(JsonGenerator json, Job job) throws IOException {
        Usage usage = job.result().map(JobResult::usage).orElse(new Usage(null, null));
        Integer prompt = usage.promptTokens();
        Integer completion = usage.completionTokens();
        json.writeFieldName("usage");
        if (prompt == null || completion == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("prompt_tokens", prompt);
        json.writeNumberField("completion_tokens", completion);
        json.writeNumberField("total_tokens", prompt + completion);
        json.writeEndObject();
    }

    static String finishReason(Job job, boolean calls) {
        return calls ? "tool_calls" : job.result().orElseThrow().finishReason().wire();
    }

    /** Calls, named after their job: unique, and the same whoever asks. */
    static void calls(JsonGenerator json, JobId job, List<Called> calls, boolean indexed) throws IOException {
        json.writeArrayFieldStart("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            json.writeStartObject();
            if (indexed) {
                json.writeNumberField("index", i);
            }
            json.writeStringField("id", id("call_", job) + "_" + i);
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", calls.get(i).name());
            json.writeStringField("arguments", calls.get(i).arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
