package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.ToolCallText.Called;
import java.io.IOException;
import java.util.List;

/** Where an answer, or a piece of it, has its text. */
enum AnswerShape {
    /** In {@code response}. */
    GENERATE {
        @Override
        void write(JsonGenerator json, String text, List<Called> calls) throws IOException {
            json.writeStringField("response", text);
        }
    },
    /** In {@code message}, with the calls of tools beside it. */
    CHAT {
        @Override
        void write(JsonGenerator json, String text, List<Called> calls) throws IOException {
            json.writeObjectFieldStart("message");
            json.writeStringField("role", "assistant");
            json.writeStringField("content", text);
            if (!calls.isEmpty()) {
                json.writeArrayFieldStart("tool_calls");
                for (Called call : calls) {
                    writeCall(json, call);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
    };

    abstract void write(JsonGenerator json, String text, List<Called> calls) throws IOException;

    /** The arguments are an object here, not a text. */
    private static void writeCall(JsonGenerator json, Called call) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeFieldName("arguments");
        json.writeRawValue(call.arguments());
        json.writeEndObject();
        json.writeEndObject();
    }
}
