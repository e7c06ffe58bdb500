package io.npuq.api.jobs;

import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.Refusals;
import io.npuq.scheduler.Submission;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One line of a bulk request, on its way to its answer. */
final class BulkLine {
    private static final int ACCEPTED = 202;

    private final int number;
    private final int bytes;
    private volatile JsonOut.@Nullable Body answer;

    BulkLine(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** Its answer, from whatever thread. */
    void answer(JsonOut.Body fields) {
        answer = fields;
    }

    /** Takes the lines off the head of the queue that have their answer, as lines of JSON. */
    static Buffer takeAnswered(Deque<BulkLine> waiting, Consumer<BulkLine> taken) {
        Buffer out = Buffer.buffer();
        for (BulkLine line = waiting.peek(); line != null; line = waiting.peek()) {
            JsonOut.Body fields = line.answer;
            if (fields == null) {
                break;
            }
            waiting.remove();
            taken.accept(line);
            out.appendBytes(line.json(fields)).appendByte((byte) '\n');
        }
        return out;
    }

    private byte[] json(JsonOut.Body fields) {
        return JsonOut.object(json -> {
            json.writeNumberField("line", number);
            fields.write(json);
        });
    }

    static JsonOut.Body of(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            return json -> {
                of(Refusals.problem(refused)).write(json);
                OptionalLong retryAfter = Refusals.retryAfter(refused);
                if (retryAfter.isPresent()) {
                    json.writeNumberField("retry_after", retryAfter.getAsLong());
                }
            };
        }
        if (submission instanceof Submission.KeyReused reused) {
            return of(Refusals.problem(reused));
        }
        if (submission instanceof Submission.Known known) {
            return json -> {
                json.writeNumberField("status", ACCEPTED);
                json.writeStringField("id", known.id().value());
            };
        }
        Job job = ((Submission.Accepted) submission).job();
        return json -> {
            json.writeNumberField("status", ACCEPTED);
            json.writeStringField("id", job.id().value());
            json.writeStringField("state", job.state().wire());
        };
    }

    static JsonOut.Body of(Problem problem) {
        return json -> {
            json.writeNumberField("status", problem.status());
            ErrorShape.nested(json, problem);
        };
    }
}
