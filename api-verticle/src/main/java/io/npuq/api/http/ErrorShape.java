package io.npuq.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** How an error body looks. */
public enum ErrorShape {
    /** {@code {"error":{"message","type","param","code"}}}, all four keys: what OpenAI's clients read. */
    NESTED {
        @Override
        public byte[] render(Problem problem) {
            return JsonOut.object(json -> {
                nested(json, problem);
            });
        }
    },
    /** {@code {"error":"…"}}: what everyone else reads. */
    FLAT {
        @Override
        public byte[] render(Problem problem) {
            return JsonOut.object(json -> {
                json.writeStringField("error", problem.message());
            });
        }
    };

    /** The problem as a whole body. */
    public abstract byte[] render(Problem problem);

    /** Writes the field {@code error} with its four keys into an object. */
    public static void nested(JsonGenerator json, Problem problem) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("message", problem.message());
        json.writeStringField("type", problem.type());
        json.writeStringField("param", problem.param().orElse(null));
        json.writeStringField("code", problem.code());
        json.writeEndObject();
    }

    /** The shape that the clients of this path expect, known before any route is. */
    public static ErrorShape of(String path) {
        return (path.startsWith("/v1/") || path.startsWith("/v3/")) && !path.startsWith("/v1/worker/") ? NESTED : FLAT;
    }
}
