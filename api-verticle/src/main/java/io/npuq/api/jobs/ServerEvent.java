package io.npuq.api.jobs;

import io.npuq.api.http.JsonOut;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;

/**
 * One event of a stream.
 *
 * @param name {@code state} or {@code progress}
 * @param id where the client stands after it
 * @param data JSON, which has no line breaks of its own
 */
@SuppressWarnings("ArrayRecordComponent") // made once, written once, compared by nobody
record ServerEvent(String name, EventPoint id, byte[] data) {
    static ServerEvent state(EventPoint id, Job job) {
        return new ServerEvent("state", id, JobJson.bytes(job));
    }

    static ServerEvent progress(EventPoint id, String text) {
        return new ServerEvent("progress", id, JsonOut.object(json -> {
            json.writeNumberField("attempt", id.attempt());
            json.writeStringField("text", text);
        }));
    }

    Buffer bytes() {
        return Buffer.buffer("event: " + name + "\nid: " + id + "\ndata: ")
                .appendBytes(data)
                .appendString("\n\n");
    }
}
