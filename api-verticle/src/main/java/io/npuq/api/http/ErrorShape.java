package io.npuq.api.http;

/** How an error body looks. */
public enum ErrorShape {
    /** {@code {"error":{"message","type","param","code"}}}, all four keys: what OpenAI's clients read. */
    NESTED {
        @Override
        byte[] render(Problem problem) {
            return JsonOut.bytes(json -> {
                json.writeStartObject();
                json.writeObjectFieldStart("error");
                json.writeStringField("message", problem.message());
                json.writeStringField("type", problem.type());
                json.writeStringField("param", problem.param().orElse(null));
                json.writeStringField("code", problem.code());
                json.writeEndObject();
                json.writeEndObject();
            });
        }
    },
    /** {@code {"error":"…"}}: what everyone else reads. */
    FLAT {
        @Override
        byte[] render(Problem problem) {
            return JsonOut.bytes(json -> {
                json.writeStartObject();
                json.writeStringField("error", problem.message());
                json.writeEndObject();
            });
        }
    };

    abstract byte[] render(Problem problem);

    /** The shape that the clients of this path expect, known before any route is. */
    static ErrorShape of(String path) {
        return path.startsWith("/v1/jobs") || path.startsWith("/v1/queue") ? NESTED : FLAT;
    }
}
