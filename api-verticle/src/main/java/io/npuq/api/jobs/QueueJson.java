package io.npuq.api.jobs;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The queue as a whole. States and lanes without jobs are there with 0; priorities are there when jobs have them. */
public final class QueueJson {
    private QueueJson() {}

    static byte[] bytes(QueueStatus status, Instant now) {
        return JsonOut.object(json -> write(json, status, now));
    }

    /** Writes its fields into an object. */
    public static void write(JsonGenerator json, QueueStatus status, Instant now) throws IOException {
        json.writeStringField("object", "queue");
        json.writeObjectFieldStart("depth");
        byState(json, status);
        byLane(json, status);
        byPriority(json, status);
        json.writeEndObject();
        JsonOut.number(
                json,
                "oldest_wait_ms",
                status.oldestQueuedAt()
                        .map(since -> Math.max(0, Duration.between(since, now).toMillis()))
                        .orElse(null));
        JsonOut.decimal(
                json, "service_rate_per_second", status.serviceRatePerSecond().orElse(null));
        running(json, status);
        lanes(json, status);
        json.writeObjectFieldStart("routed");
        for (RouteReason reason : RouteReason.values()) {
            json.writeNumberField(reason.wire(), status.routed().getOrDefault(reason, 0L));
        }
        json.writeEndObject();
        json.writeNumberField("queued_max", status.queuedMax());
        json.writeNumberField("queued_bytes", status.queuedBytes());
        json.writeBooleanField("paused", status.paused());
        json.writeBooleanField("draining", status.draining());
    }

    private static void byState(JsonGenerator json, QueueStatus status) throws IOException {
        json.writeObjectFieldStart("by_state");
        for (JobState state : JobState.values()) {
            json.writeNumberField(state.wire(), status.byState().getOrDefault(state, 0L));
        }
        json.writeEndObject();
    }

    /** What each lane holds: a queued job belongs to no lane until one takes it. */
    private static void byLane(JsonGenerator json, QueueStatus status) throws IOException {
        Map<Lane, Long> held = new EnumMap<>(Lane.class);
        status.running().forEach(job -> held.merge(job.lane(), 1L, Long::sum));
        json.writeObjectFieldStart("by_lane");
        for (Lane lane : Lane.values()) {
            json.writeNumberField(lane.wire(), held.getOrDefault(lane, 0L));
        }
        json.writeEndObject();
    }

    private static void byPriority(JsonGenerator json, QueueStatus status) throws IOException {
        json.writeObjectFieldStart("by_priority");
        for (Map.Entry<Integer, Long> priority : new TreeMap<>(status.queuedByPriority()).entrySet()) {
            json.writeNumberField(Integer.toString(priority.getKey()), priority.getValue());
        }
        json.writeEndObject();
    }

    private static void lanes(JsonGenerator json, QueueStatus status) throws IOException {
        json.writeArrayFieldStart("lanes");
        for (Map.Entry<Lane, LaneState> lane : new TreeMap<>(status.lanes()).entrySet()) {
            LaneState state = lane.getValue();
            json.writeStartObject();
            json.writeStringField("lane", lane.getKey().wire());
            json.writeStringField("role", state.role().name().toLowerCase(Locale.ROOT));
            json.writeStringField("condition", state.condition().name().toLowerCase(Locale.ROOT));
            JsonOut.number(
                    json,
                    "prompt_tokens_max",
                    state.promptTokensMax().isPresent()
                            ? (long) state.promptTokensMax().getAsInt()
                            : null);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void running(JsonGenerator json, QueueStatus status) throws IOException {
        json.writeArrayFieldStart("running");
        for (QueueStatus.Running job : status.running()) {
            json.writeStartObject();
            json.writeStringField("id", job.id().value());
            json.writeStringField("kind", job.kind().wire());
            json.writeNumberField("priority", job.priority());
            json.writeStringField("lane", job.lane().wire());
            JsonOut.time(json, "started_at", Optional.of(job.startedAt()));
            json.writeNumberField("attempt", job.attempt());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
