package io.npuq.api.http;

import java.util.Optional;

/**
 * A request that is not served, as the client is told.
 *
 * @param status HTTP status, 400 or higher
 * @param code for programs, in snake case
 * @param message for people: what is wrong, and what is allowed or to be done next
 * @param param the field, parameter or header that is wrong
 */
public record Problem(int status, String code, String message, Optional<String> param) {
    private static final int SERVER_FAULT = 500;
    private static final int TOO_MANY = 429;

    /** A problem that no single field has. */
    public static Problem of(int status, String code, String message) {
        return new Problem(status, code, message, Optional.empty());
    }

    /** A problem of one field, parameter or header. */
    public static Problem of(int status, String code, String message, String param) {
        return new Problem(status, code, message, Optional.of(param));
    }

    /** The family of the problem, in the words that OpenAI's clients know. */
    String type() {
        if (status >= SERVER_FAULT) {
            return "server_error";
        }
        return status == TOO_MANY ? "rate_limit_error" : "invalid_request_error";
    }
}
