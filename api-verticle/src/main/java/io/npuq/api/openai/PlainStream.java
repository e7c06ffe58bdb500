package io.npuq.api.openai;

import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;

/** A plain completion, piece by piece. */
final class PlainStream extends CompletionStream {
    PlainStream(Asked asked) {
        super(CompletionAnswer.PREFIX, "text_completion", asked);
    }

    @Override
    public Buffer text(String piece) {
        return choice(json -> json.writeStringField("text", piece), null);
    }

    @Override
    public Buffer end(Job job) {
        return choice(json -> json.writeStringField("text", ""), CompletionJson.finishReason(job, false))
                .appendBuffer(last(job));
    }
}
