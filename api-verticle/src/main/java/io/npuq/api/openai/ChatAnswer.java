package io.npuq.api.openai;

import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Job;
import java.util.List;

/** A chat completion as one object. */
final class ChatAnswer {
    private static final String PREFIX = "chatcmpl-";

    private ChatAnswer() {}

    static byte[] bytes(Job job, Asked asked) {
        String answer = job.result().orElseThrow().text();
        ToolCallText calls = new ToolCallText();
        String text = asked.callForced() ? "" : calls.more(answer) + calls.end();
        List<Called> called =
                asked.callForced() ? ToolCallText.parse(answer).map(List::of).orElse(List.of()) : calls.calls();
        return JsonOut.object(json -> {
            CompletionJson.head(json, PREFIX, "chat.completion", job, asked.model());
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", 0);
            json.writeObjectFieldStart("message");
            json.writeStringField("role", "assistant");
            json.writeStringField("content", called.isEmpty() || !text.isBlank() ? text : null);
            json.writeNullField("refusal");
            if (!called.isEmpty()) {
                CompletionJson.calls(json, job.id(), called, false);
            }
            json.writeEndObject();
            json.writeNullField("logprobs");
            json.writeStringField("finish_reason", CompletionJson.finishReason(job, !called.isEmpty()));
            json.writeEndObject();
            json.writeEndArray();
            CompletionJson.usage(json, job);
        });
    }
}
