package io.npuq.api.kserve;

import io.npuq.api.http.Answer;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.Job;
import java.io.ByteArrayOutputStream;

/**
 * An inference answered as JSON, with its output behind the JSON where the client wants it in binary form.
 *
 * @param binary whether it does
 */
record InferenceAnswer(Inference inference, Model model, Asked asked, boolean binary) {
    private static final int OK = 200;

    static InferenceAnswer to(Inference inference, Model model, Asked asked) {
        return new InferenceAnswer(
                inference,
                model,
                asked,
                inference.wantsBinary(model.outputs().get(0).name()));
    }

    Answer of(Job job) {
        Output output = Output.of(job, asked);
        byte[] raw = binary ? output.raw() : new byte[0];
        byte[] json = json(job, output, raw.length);
        if (!binary) {
            return Answer.json(OK, json);
        }
        ByteArrayOutputStream both = new ByteArrayOutputStream(json.length + raw.length);
        both.writeBytes(json);
        both.writeBytes(raw);
        return Answer.of(OK, "application/octet-stream", both.toByteArray())
                .with(KserveApi.JSON_LENGTH, Integer.toString(json.length));
    }

    private byte[] json(Job job, Output output, int rawBytes) {
        return JsonOut.object(json -> {
            json.writeStringField("model_name", model.name());
            json.writeStringField("model_version", Model.VERSION);
            if (!inference.id().isEmpty()) {
                json.writeStringField("id", inference.id());
            }
            json.writeObjectFieldStart("parameters");
            json.writeStringField(
                    "finish_reason", job.result().orElseThrow().finishReason().wire());
            json.writeEndObject();
            json.writeArrayFieldStart("outputs");
            json.writeStartObject();
            json.writeStringField("name", output.name());
            json.writeStringField("datatype", output.datatype().name());
            json.writeFieldName("shape");
            json.writePOJO(output.shape());
            if (binary) {
                json.writeObjectFieldStart("parameters");
                json.writeNumberField("binary_data_size", rawBytes);
                json.writeEndObject();
            } else {
                json.writeArrayFieldStart("data");
                output.writeElements(json);
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndArray();
        });
    }
}
