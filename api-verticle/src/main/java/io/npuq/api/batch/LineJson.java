package io.npuq.api.batch;

import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import java.nio.charset.StandardCharsets;

/** The lines of a batch's output and of its errors. Their ids say which line of the input they are of. */
final class LineJson {
    /** The code of a line whose batch's time was over. */
    static final String EXPIRED = "batch_expired";

    /** The code of a line whose batch was cancelled. */
    static final String CANCELLED = "batch_cancelled";

    private static final String PREFIX = "batch_req_";
    private static final int OK = 200;

    private LineJson() {}

    /** The id of line {@code index}, from 0, of a batch. */
    static String id(String batch, int index) {
        return PREFIX + batch.substring(Ids.BATCH.length()) + "_" + (index + 1);
    }

    /** Which line an id is of; −1 where it is none. */
    static int index(String id) {
        try {
            return id.startsWith(PREFIX) ? Integer.parseInt(id.substring(id.lastIndexOf('_') + 1)) - 1 : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A line that was answered. */
    static byte[] answered(String id, String customId, String requestId, byte[] body) {
        return response(id, customId, OK, requestId, body);
    }

    /** A line whose endpoint said no. */
    static byte[] refused(String id, String customId, String requestId, Problem problem) {
        return response(id, customId, problem.status(), requestId, ErrorShape.NESTED.render(problem));
    }

    private static byte[] response(String id, String customId, int status, String requestId, byte[] body) {
        return JsonOut.object(json -> {
            json.writeStringField("id", id);
            json.writeStringField("custom_id", customId);
            json.writeObjectFieldStart("response");
            json.writeNumberField("status_code", status);
            json.writeStringField("request_id", requestId);
            json.writeFieldName("body");
            json.writeRawValue(new String(body, StandardCharsets.UTF_8));
            json.writeEndObject();
            json.writeNullField("error");
        });
    }

    /** A line that never came to its endpoint's answer. */
    static byte[] unanswered(String id, String customId, String code, String message) {
        return JsonOut.object(json -> {
            json.writeStringField("id", id);
            json.writeStringField("custom_id", customId);
            json.writeNullField("response");
            json.writeObjectFieldStart("error");
            json.writeStringField("code", code);
            json.writeStringField("message", message);
            json.writeEndObject();
        });
    }
}
