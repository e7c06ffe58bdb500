package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.api.models.ModelInfo;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LaneStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The models that are loaded now. What is not known is left out, or an empty text where clients want a text. */
final class RunningJson {
    /** What stands for a model that is kept for ever: clients want a time. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private RunningJson() {}

    /** @param onDisk what is known of a lane's model; may read files */
    static byte[] of(List<LaneStatus> lanes, Function<LaneStatus, Optional<ModelInfo>> onDisk, Instant now) {
        Map<String, List<LaneStatus>> loaded = lanes.stream()
                .filter(LaneStatus::loaded)
                .collect(Collectors.groupingBy(LaneStatus::model, LinkedHashMap::new, Collectors.toList()));
        return JsonOut.object(json -> {
            json.writeArrayFieldStart("models");
            for (Map.Entry<String, List<LaneStatus>> model : loaded.entrySet()) {
                json.writeStartObject();
                write(
                        json,
                        model.getKey(),
                        model.getValue(),
                        onDisk.apply(model.getValue().get(0)),
                        now);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** A model on all the lanes that run it. */
    private static void write(
            JsonGenerator json, String model, List<LaneStatus> lanes, Optional<ModelInfo> onDisk, Instant now)
            throws IOException {
        String tagged = model.contains(":") ? model : model + ":latest";
        List<LaneHealth> health = lanes.stream().map(LaneStatus::health).toList();
        json.writeStringField("name", tagged);
        json.writeStringField("model", tagged);
        long bytes = health.stream()
                .map(LaneHealth::memoryBytes)
                .flatMapToLong(OptionalLong::stream)
                .sum();
        if (bytes > 0) {
            json.writeNumberField("size", bytes);
        }
        Optional<String> digest =
                health.stream().flatMap(of -> of.modelDigest().stream()).findFirst();
        if (digest.isPresent()) {
            json.writeStringField("digest", digest.get());
        }
        if (onDisk.isPresent()) {
            ModelJson.details(json, onDisk.get());
        } else {
            noDetails(json, lanes.get(0).modelPath().isPresent());
        }
        Duration left =
                health.stream().map(of -> of.freedIn().orElse(FOR_EVER)).reduce(Duration.ZERO, RunningJson::longer);
        JsonOut.time(json, "expires_at", Optional.of(now.plus(left)));
        json.writeNumberField("size_vram", 0);
        OptionalInt context = onDisk.map(ModelInfo::contextLength).orElseGet(OptionalInt::empty);
        if (context.isPresent()) {
            json.writeNumberField("context_length", context.getAsInt());
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Of a model without files, such as the builtin one, or whose files cannot be read just now. */
    private static void noDetails(JsonGenerator json, boolean hasFiles) throws IOException {
        json.writeObjectFieldStart("details");
        json.writeStringField("parent_model", "");
        json.writeStringField("format", hasFiles ? "openvino" : "");
        json.writeStringField("family", "");
        json.writeArrayFieldStart("families");
        json.writeEndArray();
        json.writeStringField("parameter_size", "");
        json.writeStringField("quantization_level", "");
        json.writeEndObject();
    }
}
