package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.StreamForm;
import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobResult;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as server-sent events. Their numbers follow from the answer alone, so that a stream can be taken up again anywhere, also
 * after a restart: four events begin it, and from there on the number of a piece is the code points of text so far, plus three.
 */
final class ResponseStream implements StreamForm {
    private static final long LAST_OF_BEGIN = 3;

    private final String model;
    private final long after;
    private final boolean callForced;
    private final StringBuilder text = new StringBuilder();
    private final ToolCallText calls = new ToolCallText();
    private long number = LAST_OF_BEGIN;
    private @Nullable JobId id;

    /**
     * A stream.
     *
     * @param after the number of the last event that the client has; -1 for none
     * @param callForced whether the answer is a call of a tool, which comes at its end
     */
    ResponseStream(String model, long after, boolean callForced) {
        this.model = model;
        this.after = after;
        this.callForced = callForced;
    }

    @Override
    public CharSequence contentType() {
        return Events.CONTENT_TYPE;
    }

    @Override
    public Buffer begin(Job job) {
        id = job.id();
        Buffer out = event(0, "response.created", json -> response(json, job));
        out.appendBuffer(event(1, "response.in_progress", json -> response(json, job)));
        if (!callForced) {
            out.appendBuffer(event(2, "response.output_item.added", json -> item(json, "in_progress", "")));
            out.appendBuffer(event(3, "response.content_part.added", json -> part(json, "")));
        }
        return out;
    }

    @Override
    public Buffer waiting(Job job) {
        return Events.waiting(job);
    }

    @Override
    public Buffer text(String piece) {
        return callForced ? Buffer.buffer() : delta(calls.more(piece));
    }

    private Buffer delta(String piece) {
        if (piece.isEmpty()) {
            return Buffer.buffer();
        }
        int chars = piece.codePointCount(0, piece.length());
        long known = Math.min(chars, Math.max(0, after - number));
        String fresh = piece.substring(piece.offsetByCodePoints(0, (int) known));
        number += chars;
        text.append(piece);
        return event(number, "response.output_text.delta", json -> {
            position(json);
            json.writeStringField("delta", fresh);
        });
    }

    @Override
    public Buffer end(Job job) {
        Buffer out = Buffer.buffer();
        List<Called> called;
        if (callForced) {
            called = ResponseJson.Parts.of(
                            job, job.result().map(JobResult::text).orElse(""))
                    .calls();
        } else {
            out.appendBuffer(delta(calls.end()));
            called = calls.calls();
            String whole = text.toString();
            out.appendBuffer(event(++number, "response.output_text.done", json -> {
                position(json);
                json.writeStringField("text", whole);
            }));
            out.appendBuffer(event(++number, "response.content_part.done", json -> part(json, whole)));
            out.appendBuffer(event(++number, "response.output_item.done", json -> item(json, "completed", whole)));
        }
        for (int i = 0; i < called.size(); i++) {
            out.appendBuffer(call(job.id(), i, called.get(i)));
        }
        String name = switch (job.result().orElseThrow().finishReason()) {
            case LENGTH -> "response.incomplete";
            case STOP, CANCELLED -> "response.completed";
        };
        return out.appendBuffer(event(++number, name, json -> response(json, job)));
    }

    private Buffer call(JobId job, int index, Called call) {
        int output = callForced ? index : index + 1;
        Buffer out = event(++number, "response.output_item.added", json -> {
            json.writeNumberField("output_index", output);
            json.writeObjectFieldStart("item");
            ResponseJson.call(json, job, index, new Called(call.name(), ""));
            json.writeEndObject();
        });
        out.appendBuffer(event(++number, "response.function_call_arguments.delta", json -> {
            json.writeStringField("item_id", CompletionJson.id("fc_", job) + "_" + index);
            json.writeNumberField("output_index", output);
            json.writeStringField("delta", call.arguments());
        }));
        out.appendBuffer(event(++number, "response.function_call_arguments.done", json -> {
            json.writeStringField("item_id", CompletionJson.id("fc_", job) + "_" + index);
            json.writeNumberField("output_index", output);
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments());
        }));
        return out.appendBuffer(event(++number, "response.output_item.done", json -> {
            json.writeNumberField("output_index", output);
            json.writeObjectFieldStart("item");
            ResponseJson.call(json, job, index, call);
            json.writeEndObject();
        }));
    }

    @Override
    public Buffer problem(Problem problem) {
        return event(++number, "error", json -> {
            json.writeStringField("code", problem.code());
            json.writeStringField("message", problem.message());
            json.writeStringField("param", problem.param().orElse(null));
        });
    }

    private void response(JsonGenerator json, Job job) throws IOException {
        json.writeObjectFieldStart("response");
        ResponseJson.fields(json, job, model);
        json.writeEndObject();
    }

    private void item(JsonGenerator json, String status, String whole) throws IOException {
        json.writeNumberField("output_index", 0);
        json.writeObjectFieldStart("item");
        if (id != null) {
            ResponseJson.message(json, id, status, whole);
        }
        json.writeEndObject();
    }

    private void part(JsonGenerator json, String whole) throws IOException {
        position(json);
        json.writeObjectFieldStart("part");
        ResponseJson.part(json, whole);
        json.writeEndObject();
    }

    private void position(JsonGenerator json) throws IOException {
        if (id != null) {
            json.writeStringField("item_id", CompletionJson.id("msg_", id));
        }
        json.writeNumberField("output_index", 0);
        json.writeNumberField("content_index", 0);
    }

    /** Empty when the client has it already. */
    private Buffer event(long at, String type, JsonOut.Body fields) {
        if (at <= after) {
            return Buffer.buffer();
        }
        byte[] data = JsonOut.object(json -> {
            json.writeStringField("type", type);
            json.writeNumberField("sequence_number", at);
            fields.write(json);
        });
        return Events.named(type, data);
    }
}
