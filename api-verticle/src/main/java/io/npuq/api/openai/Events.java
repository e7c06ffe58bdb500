package io.npuq.api.openai;

import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;

/** Server-sent events, as this dialect's streams consist of them. */
final class Events {
    static final CharSequence CONTENT_TYPE = "text/event-stream";

    private Events() {}

    /** An event without a name; JSON has no line breaks of its own. */
    static Buffer data(byte[] json) {
        return Buffer.buffer("data: ").appendBytes(json).appendString("\n\n");
    }

    /** An event that names its type. */
    static Buffer named(String type, byte[] json) {
        return Buffer.buffer("event: " + type + "\n").appendBuffer(data(json));
    }

    /** A comment, which clients pass over: the job has not ended. */
    static Buffer waiting(Job job) {
        return Buffer.buffer(job.position().map(at -> ": queued position=" + at).orElse(": running") + "\n\n");
    }
}
