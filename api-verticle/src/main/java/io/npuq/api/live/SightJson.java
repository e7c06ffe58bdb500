package io.npuq.api.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.api.jobs.QueueJson;
import io.npuq.api.lanes.HealthJson;
import io.npuq.schema.Job;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How all stands as JSON. */
final class SightJson {
    private SightJson() {}

    static byte[] bytes(Sight sight, List<RunningTexts.Shown> texts, Instant now) {
        return JsonOut.object(json -> {
            JsonOut.time(json, "at", Optional.of(now));
            json.writeObjectFieldStart("health");
            HealthJson.health(json, sight.lanes(), sight.queue(), now);
            json.writeEndObject();
            json.writeObjectFieldStart("queue");
            QueueJson.write(json, sight.queue(), now);
            json.writeEndObject();
            json.writeObjectFieldStart("waiting_by_lane");
            for (Map.Entry<Lane, Long> lane : new TreeMap<>(sight.queue().queuedByLane()).entrySet()) {
                json.writeNumberField(lane.getKey().wire(), lane.getValue());
            }
            json.writeEndObject();
            texts(json, texts);
            deadlines(json, sight.deadlines(), now);
        });
    }

    private static void texts(JsonGenerator json, List<RunningTexts.Shown> texts) throws IOException {
        json.writeArrayFieldStart("texts");
        for (RunningTexts.Shown text : texts) {
            json.writeStartObject();
            json.writeStringField("id", text.id().value());
            json.writeStringField("text", text.text());
            json.writeNumberField("from", text.from());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void deadlines(JsonGenerator json, List<Job> jobs, Instant now) throws IOException {
        json.writeArrayFieldStart("deadlines");
        for (Job job : jobs) {
            json.writeStartObject();
            json.writeStringField("id", job.id().value());
            json.writeStringField("kind", job.kind().wire());
            json.writeNumberField("priority", job.priority());
            JsonOut.time(json, "deadline_at", job.deadlineAt());
            JsonOut.number(json, "eta_ms", job.etaMs().orElse(null));
            json.writeBooleanField("at_risk", isAtRisk(job, now));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Whether it is expected to end after its deadline, at the pace of the latest jobs. */
    private static boolean isAtRisk(Job job, Instant now) {
        return job.etaMs().isPresent()
                && job.deadlineAt().isPresent()
                && now.plusMillis(job.etaMs().get()).isAfter(job.deadlineAt().get());
    }
}
