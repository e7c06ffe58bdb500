package io.npuq.api.batch;

import io.npuq.api.http.Failures;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonIn;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.util.List;
import java.util.function.Supplier;

/**
 * A line of a batch's file.
 *
 * @param customId the client's own name for it
 * @param call what it asks
 */
record LineRequest(String customId, LineCall call) {
    static final int BYTES_MAX = Limits.BODY_BYTES_MAX;
    static final Problem TOO_LONG = Problem.of(
            400, "line_too_long", "the line is longer than " + BYTES_MAX + " bytes, which is the most", "line");

    /**
     * Reads it.
     *
     * @throws ProblemException saying what is wrong
     */
    static LineRequest read(byte[] line, String endpoint, LineCalls calls) {
        Fields fields = fields(line);
        return checked(() -> {
            fields.onlyKnown(List.of("custom_id", "method", "url", "body"));
            String customId = customId(fields);
            check(fields.requiredText("method").equals("POST"), "invalid_method", "method must be POST", "method");
            check(
                    fields.requiredText("url").equals(endpoint),
                    "invalid_url",
                    "url must be " + endpoint + ", as the batch's endpoint is",
                    "url");
            Fields body = fields.object("body").orElseThrow(() -> new InvalidInputException("body", "body is missing"));
            check(
                    !body.truth("stream").orElse(false),
                    "invalid_value",
                    "a line of a batch cannot be streamed",
                    "body.stream");
            return new LineRequest(customId, calls.read(endpoint, body));
        });
    }

    /** The client's name of a line that was read before. */
    static String customId(byte[] line) {
        return fields(line).requiredText("custom_id");
    }

    /** What this does; a field that is wrong is a problem. */
    static <T> T checked(Supplier<T> action) {
        try {
            return action.get();
        } catch (InvalidInputException e) {
            throw new ProblemException(Failures.invalid(e));
        }
    }

    private static Fields fields(byte[] line) {
        try {
            return JsonIn.line(line, 0, line.length);
        } catch (InvalidInputException e) {
            throw new ProblemException(Problem.of(400, "invalid_json_line", String.valueOf(e.getMessage()), e.field()));
        }
    }

    private static String customId(Fields fields) {
        String id = fields.requiredText("custom_id");
        check(
                !id.isEmpty() && id.length() <= BatchLimits.CUSTOM_ID_CHARS_MAX,
                "invalid_value",
                "custom_id must have 1 to " + BatchLimits.CUSTOM_ID_CHARS_MAX + " characters",
                "custom_id");
        return id;
    }

    private static void check(boolean valid, String code, String message, String param) {
        if (!valid) {
            throw new ProblemException(Problem.of(400, code, message, param));
        }
    }
}
