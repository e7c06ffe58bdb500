package io.npuq.api.kserve;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import java.io.IOException;
import java.util.List;

/** The server and its models, as JSON. */
final class ServerJson {
    private ServerJson() {}

    static byte[] metadata() {
        return JsonOut.object(json -> {
            json.writeStringField("name", ServerInfo.NAME);
            json.writeStringField("version", ServerInfo.version());
            json.writeFieldName("extensions");
            json.writePOJO(ServerInfo.EXTENSIONS);
        });
    }

    static byte[] flag(String name) {
        return JsonOut.object(json -> {
            json.writeBooleanField(name, true);
        });
    }

    static byte[] ready(Model model) {
        return JsonOut.object(json -> {
            json.writeStringField("name", model.name());
            json.writeBooleanField("ready", true);
        });
    }

    static byte[] metadata(Model model) {
        return JsonOut.object(json -> {
            json.writeStringField("name", model.name());
            json.writeFieldName("versions");
            json.writePOJO(List.of(Model.VERSION));
            json.writeStringField("platform", Model.PLATFORM);
            slots(json, "inputs", model.inputs());
            slots(json, "outputs", model.outputs());
        });
    }

    private static void slots(JsonGenerator json, String name, List<Model.Slot> slots) throws IOException {
        json.writeArrayFieldStart(name);
        for (Model.Slot slot : slots) {
            json.writeStartObject();
            json.writeStringField("name", slot.name());
            json.writeStringField("datatype", slot.datatype().name());
            json.writeFieldName("shape");
            json.writePOJO(slot.shape());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
