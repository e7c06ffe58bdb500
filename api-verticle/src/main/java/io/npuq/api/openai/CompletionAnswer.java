package io.npuq.api.openai;

import io.npuq.api.http.JsonOut;
import io.npuq.schema.Job;

/** A plain completion as one object. */
final class CompletionAnswer {
    static final String PREFIX = "cmpl-";

    private CompletionAnswer() {}

    static byte[] bytes(Job job, Asked asked) {
        return JsonOut.object(json -> {
            CompletionJson.head(json, PREFIX, "text_completion", job, asked.model());
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", 0);
            json.writeStringField("text", job.result().orElseThrow().text());
            json.writeNullField("logprobs");
            json.writeStringField("finish_reason", CompletionJson.finishReason(job, false));
            json.writeEndObject();
            json.writeEndArray();
            CompletionJson.usage(json, job);
        });
    }
}
