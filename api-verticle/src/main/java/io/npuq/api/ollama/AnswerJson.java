package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobResult;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The objects that make an answer: its pieces, and the last one, or the only one. */
final class AnswerJson {
    private final AnswerShape shape;
    private final String model;
    private final Clock clock;

    AnswerJson(AnswerShape shape, String model, Clock clock) {
        this.shape = shape;
        this.model = model;
        this.clock = clock;
    }

    /** More comes behind it. */
    byte[] piece(String text, List<Called> calls) {
        return object(text, calls, json -> json.writeBooleanField("done", false));
    }

    /** Nothing comes behind it. */
    byte[] last(Job job, String text, List<Called> calls) {
        JobResult result = job.result().orElseThrow();
        Optional<Evidence> evidence = job.evidence();
        return object(text, calls, json -> {
            done(json, result.finishReason().wire());
            if (evidence.isPresent()) {
                Durations.write(json, evidence.get().timing(), result.usage());
            }
        });
    }

    /** Nothing was generated, since only the model itself was meant. */
    byte[] ofNothing(String reason) {
        return object("", List.of(), json -> done(json, reason));
    }

    private static void done(JsonGenerator json, String reason) throws IOException {
        json.writeBooleanField("done", true);
        json.writeStringField("done_reason", reason);
    }

    private byte[] object(String text, List<Called> calls, JsonOut.Body rest) {
        return JsonOut.object(json -> {
            json.writeStringField("model", model);
            JsonOut.time(json, "created_at", Optional.of(clock.instant()));
            shape.write(json, text, calls);
            rest.write(json);
        });
    }
}
