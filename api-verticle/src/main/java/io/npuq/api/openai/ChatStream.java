package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;

/** A chat completion, piece by piece: its role, its text, and the calls of tools when they are whole. */
final class ChatStream extends CompletionStream {
    private final ToolCallText calls = new ToolCallText();
    private final StringBuilder forced = new StringBuilder();

    ChatStream(Asked asked) {
        super("chatcmpl-", "chat.completion.chunk", asked);
    }

    @Override
    public Buffer begin(Job job) {
        super.begin(job);
        return delta(json -> {
            json.writeStringField("role", "assistant");
            json.writeStringField("content", "");
        });
    }

    @Override
    public Buffer text(String piece) {
        if (asked().callForced()) {
            forced.append(piece);
            return Buffer.buffer();
        }
        return content(calls.more(piece));
    }

    @Override
    public Buffer end(Job job) {
        Buffer out = content(calls.end());
        List<Called> called = asked().callForced()
                ? ToolCallText.parse(forced.toString()).map(List::of).orElse(List.of())
                : calls.calls();
        if (!called.isEmpty()) {
            out.appendBuffer(delta(json -> CompletionJson.calls(json, job.id(), called, true)));
        }
        return out.appendBuffer(choice(ChatStream::empty, CompletionJson.finishReason(job, !called.isEmpty())))
                .appendBuffer(last(job));
    }

    private Buffer content(String text) {
        return text.isEmpty() ? Buffer.buffer() : delta(json -> json.writeStringField("content", text));
    }

    private Buffer delta(JsonOut.Body fields) {
        return choice(
                json -> {
                    json.writeObjectFieldStart("delta");
                    fields.write(json);
                    json.writeEndObject();
                },
                null);
    }

    private static void empty(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("delta");
        json.writeEndObject();
    }
}
