package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.api.models.ModelInfo;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Models as Ollama's clients read them. What is not known is null, or an empty text where they want a text. */
final class ModelJson {
    private static final String FORMAT = "openvino";
    private static final List<String> PARAMETERS = List.of("temperature", "top_p", "top_k", "repetition_penalty");

    private ModelJson() {}

    static byte[] tags(List<ModelInfo> models) {
        return JsonOut.object(json -> {
            json.writeArrayFieldStart("models");
            for (ModelInfo model : models) {
                json.writeStartObject();
                json.writeStringField("name", tagged(model.name()));
                json.writeStringField("model", tagged(model.name()));
                JsonOut.time(json, "modified_at", Optional.of(model.modified()));
                json.writeNumberField("size", model.bytes());
                json.writeStringField("digest", model.digest().orElse(null));
                details(json, model);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static byte[] show(ModelInfo model) {
        return JsonOut.object(json -> {
            json.writeStringField("modelfile", "FROM " + model.name() + "\n");
            json.writeStringField("parameters", parameters(model));
            json.writeStringField("template", model.template().orElse(""));
            details(json, model);
            json.writeObjectFieldStart("model_info");
            if (model.family().isPresent()) {
                String family = model.family().get();
                json.writeStringField("general.architecture", family);
                if (model.contextLength().isPresent()) {
                    json.writeNumberField(
                            family + ".context_length", model.contextLength().getAsInt());
                }
            }
            json.writeEndObject();
            json.writeArrayFieldStart("capabilities");
            for (String capability : model.capabilities()) {
                json.writeString(capability);
            }
            json.writeEndArray();
            JsonOut.time(json, "modified_at", Optional.of(model.modified()));
        });
    }

    /** With the tag that Ollama's clients expect behind each name. */
    private static String tagged(String name) {
        return name.contains(":") ? name : name + ":latest";
    }

    /** What clients show of a model beside its name. */
    static void details(JsonGenerator json, ModelInfo model) throws IOException {
        json.writeObjectFieldStart("details");
        json.writeStringField("parent_model", "");
        json.writeStringField("format", FORMAT);
        json.writeStringField("family", model.family().orElse(""));
        json.writeArrayFieldStart("families");
        if (model.family().isPresent()) {
            json.writeString(model.family().get());
        }
        json.writeEndArray();
        json.writeStringField("parameter_size", model.parameterSize().orElse(""));
        json.writeStringField("quantization_level", model.quantization().orElse(""));
        json.writeEndObject();
    }

    /** A name and a value a line, as in a Modelfile. */
    private static String parameters(ModelInfo model) {
        Map<String, Number> known = new TreeMap<>();
        model.contextLength().ifPresent(length -> known.put("num_ctx", length));
        model.sampling().forEach((name, value) -> {
            if (PARAMETERS.contains(name)) {
                known.put(name.equals("repetition_penalty") ? "repeat_penalty" : name, value);
            }
        });
        StringBuilder lines = new StringBuilder();
        known.forEach((name, value) -> lines.append(lines.length() == 0 ? "" : "\n")
                .append(String.format(Locale.ROOT, "%-30s %s", name, value)));
        return lines.toString();
    }
}
