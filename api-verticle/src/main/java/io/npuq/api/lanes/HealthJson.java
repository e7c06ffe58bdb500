package io.npuq.api.lanes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.JobState;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LaneStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Health as JSON. What is not known is null. */
public final class HealthJson {
    private HealthJson() {}

    static byte[] health(Health health, Instant now) {
        return JsonOut.object(json -> health(json, health, now));
    }

    /** Writes its fields into an object. */
    public static void health(JsonGenerator json, List<LaneStatus> lanes, QueueStatus queue, Instant now)
            throws IOException {
        health(json, Health.of(lanes, queue), now);
    }

    private static void health(JsonGenerator json, Health health, Instant now) throws IOException {
        json.writeStringField("status", health.level().name().toLowerCase(Locale.ROOT));
        json.writeArrayFieldStart("reasons");
        for (String reason : health.reasons()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        model(json, health.lanes());
        lanes(json, health.lanes(), now);
        devices(json, health.lanes(), now);
        queue(json, health.queue(), now);
    }

    static byte[] devices(List<LaneStatus> lanes, OptionalLong busyTimeUs, Instant now) {
        return JsonOut.object(json -> {
            devices(json, lanes, now);
            JsonOut.number(json, "npu_busy_time_us", orNull(busyTimeUs));
        });
    }

    static byte[] reloaded(List<LaneStatus> lanes, Instant now) {
        return JsonOut.object(json -> {
            json.writeStringField("object", "model.reload");
            model(json, lanes);
            lanes(json, lanes, now);
        });
    }

    /** The main lane's. */
    private static void model(JsonGenerator json, List<LaneStatus> lanes) throws IOException {
        json.writeFieldName("model");
        if (lanes.isEmpty()) {
            json.writeNull();
            return;
        }
        LaneStatus main = lanes.get(0);
        json.writeStartObject();
        json.writeStringField("name", main.model());
        path(json, "path", main.modelPath());
        json.writeBooleanField("loaded", main.loaded());
        json.writeEndObject();
    }

    private static void lanes(JsonGenerator json, List<LaneStatus> lanes, Instant now) throws IOException {
        json.writeArrayFieldStart("lanes");
        for (LaneStatus lane : lanes) {
            LaneHealth health = lane.health();
            json.writeStartObject();
            state(json, lane, now);
            json.writeStringField("device", lane.device());
            json.writeStringField("model", lane.model());
            path(json, "model_path", lane.modelPath());
            path(json, "cache_dir", lane.cacheDir());
            JsonOut.decimal(json, "initial_load_ms", lane.initialLoadMs().orElse(null));
            JsonOut.decimal(json, "load_ms", health.loadMs().orElse(null));
            flag(json, "loaded_from_cache", health.loadedFromCache().orElse(null));
            json.writeNumberField("restarts", health.restarts());
            JsonOut.number(json, "memory_bytes", orNull(health.memoryBytes()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void devices(JsonGenerator json, List<LaneStatus> lanes, Instant now) throws IOException {
        json.writeArrayFieldStart("devices");
        for (LaneStatus lane : lanes) {
            json.writeStartObject();
            json.writeStringField("device", lane.device());
            json.writeBooleanField("available", lane.health().phase().takesJobs());
            state(json, lane, now);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void state(JsonGenerator json, LaneStatus lane, Instant now) throws IOException {
        json.writeStringField("lane", lane.lane().wire());
        json.writeStringField("state", lane.health().phase().wire());
        JsonOut.time(json, "since", Optional.of(now.minus(lane.health().inPhase())));
        json.writeStringField("reason", lane.trouble().orElse(null));
    }

    private static void queue(JsonGenerator json, QueueStatus queue, Instant now) throws IOException {
        json.writeObjectFieldStart("queue");
        json.writeNumberField("queued", queue.byState().getOrDefault(JobState.QUEUED, 0L));
        json.writeNumberField("running", queue.byState().getOrDefault(JobState.RUNNING, 0L));
        JsonOut.number(
                json,
                "oldest_wait_ms",
                queue.oldestQueuedAt()
                        .map(since -> Math.max(0, Duration.between(since, now).toMillis()))
                        .orElse(null));
        json.writeNumberField("queued_max", queue.queuedMax());
        json.writeBooleanField("paused", queue.paused());
        json.writeBooleanField("draining", queue.draining());
        json.writeEndObject();
    }

    private static void path(JsonGenerator json, String name, Optional<Path> path) throws IOException {
        json.writeStringField(name, path.map(Path::toString).orElse(null));
    }

    private static void flag(JsonGenerator json, String name, @Nullable Boolean value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeBoolean(value);
        }
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
