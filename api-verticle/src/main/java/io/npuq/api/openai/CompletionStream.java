package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.StreamForm;
import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An answer as server-sent events: pieces of one choice, then why it ended, then perhaps the token counts, then {@code [DONE]}. */
abstract class CompletionStream implements StreamForm {
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private final String prefix;
    private final String object;
    private final Asked asked;
    private @Nullable Job job;

    CompletionStream(String prefix, String object, Asked asked) {
        this.prefix = prefix;
        this.object = object;
        this.asked = asked;
    }

    Asked asked() {
        return asked;
    }

    @Override
    public final CharSequence contentType() {
        return Events.CONTENT_TYPE;
    }

    @Override
    public Buffer begin(Job begun) {
        job = begun;
        return Buffer.buffer();
    }

    @Override
    public final Buffer waiting(Job waits) {
        return Events.waiting(waits);
    }

    @Override
    public final Buffer problem(Problem problem) {
        return Events.data(JsonOut.object(json -> ErrorShape.nested(json, problem)));
    }

    /** A piece of the choice; null for a reason while it goes on. */
    final Buffer choice(JsonOut.Body fields, @Nullable String finishReason) {
        return chunk(json -> {
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", 0);
            fields.write(json);
            json.writeNullField("logprobs");
            json.writeStringField("finish_reason", finishReason);
            json.writeEndObject();
            json.writeEndArray();
            if (asked.usageStreamed()) {
                json.writeNullField("usage");
            }
        });
    }

    final Buffer last(Job ended) {
        Buffer usage = asked.usageStreamed()
                ? chunk(json -> {
                    json.writeArrayFieldStart("choices");
                    json.writeEndArray();
                    CompletionJson.usage(json, ended);
                })
                : Buffer.buffer();
        return usage.appendBuffer(DONE);
    }

    private Buffer chunk(JsonOut.Body fields) {
        return Events.data(JsonOut.object(json -> {
            head(json);
            fields.write(json);
        }));
    }

    private void head(JsonGenerator json) throws IOException {
        if (job != null) {
            CompletionJson.head(json, prefix, object, job, asked.model());
        }
    }
}
