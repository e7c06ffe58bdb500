package io.npuq.api.worker;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.JobKind;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The main lane as the worker contract shows it. */
final class LaneJson {
    private LaneJson() {}

    /** {@code /healthz}: exactly these keys, in this order. Looks at the disk. */
    static byte[] health(LaneStatus lane, OptionalLong busyTimeUs, String address) {
        return JsonOut.object(json -> {
            json.writeBooleanField("ok", lane.loaded() && lane.trouble().isEmpty());
            model(json, lane);
            json.writeStringField("device", lane.device());
            json.writeStringField(
                    "cache_dir", lane.cacheDir().map(Path::toString).orElse(null));
            json.writeBooleanField(
                    "cache_exists", lane.cacheDir().filter(Files::isDirectory).isPresent());
            json.writeBooleanField("loaded", lane.loaded());
            JsonOut.decimal(json, "initial_load_ms", lane.initialLoadMs().orElse(null));
            JsonOut.number(json, "busy_time_us", busyTimeUs.isPresent() ? busyTimeUs.getAsLong() : null);
            json.writeNumberField("max_input_chars", Limits.INPUT_CHARS_MAX);
            jobs(json);
            json.writeStringField("bind", address);
        });
    }

    /** {@code /models}: what the main lane serves. */
    static byte[] models(LaneStatus lane) {
        return JsonOut.object(json -> {
            json.writeArrayFieldStart("models");
            json.writeStartObject();
            model(json, lane);
            json.writeStringField("device", lane.device());
            json.writeBooleanField("loaded", lane.loaded());
            jobs(json);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private static void model(JsonGenerator json, LaneStatus lane) throws IOException {
        json.writeStringField("model", lane.model());
        json.writeStringField("model_path", lane.modelPath().map(Path::toString).orElse(null));
    }

    private static void jobs(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("jobs");
        for (String job : JobKind.bounded().stream().map(JobKind::wire).sorted().toList()) {
            json.writeString(job);
        }
        json.writeEndArray();
    }
}
