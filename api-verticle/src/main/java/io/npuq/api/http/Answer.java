package io.npuq.api.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back to the client, whole.
 *
 * @param status HTTP status
 * @param headers besides length, request id, and a content type of JSON
 * @param body its bytes; text as UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // made once, written once, compared by nobody
public record Answer(int status, Map<String, String> headers, byte[] body) {
    /** A JSON answer without further headers. */
    public static Answer json(int status, byte[] body) {
        return new Answer(status, Map.of(), body);
    }

    /** An answer of another type, without further headers. */
    public static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, Map.of("Content-Type", contentType), body);
    }

    /** A problem, in the shape of its dialect. */
    static Answer of(Problem problem, ErrorShape shape) {
        return new Answer(problem.status(), problem.headers(), shape.render(problem));
    }

    /** The same with these headers as well. */
    public Answer with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, all, body);
    }

    /** The same with one more header. */
    public Answer with(String name, String value) {
        return with(Map.of(name, value));
    }
}
