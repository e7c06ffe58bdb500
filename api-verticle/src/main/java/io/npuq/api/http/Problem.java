package io.npuq.api.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request that is not served, as the client is told.
 *
 * @param status HTTP status, 400 or higher
 * @param code for programs, in snake case
 * @param message for people: what is wrong, and what is allowed or to be done next
 * @param param the field, parameter or header that is wrong
 * @param headers that go with it, such as when to come again
 */
public record Problem(int status, String code, String message, Optional<String> param, Map<String, String> headers) {
    private static final int SERVER_FAULT = 500;
    private static final int UNAVAILABLE = 503;
    private static final int TOO_MANY = 429;

    /** A lane whose model or device is missing tries again after so many seconds at the latest, and no stopped server starts in less. */
    private static final long PASSES_AFTER_SECONDS = 30;

    /** Copies the headers. */
    public Problem {
        headers = Map.copyOf(headers);
    }

    /** A problem that no single field has. */
    public static Problem of(int status, String code, String message) {
        return new Problem(status, code, message, Optional.empty(), Map.of());
    }

    /** A problem of one field, parameter or header. */
    public static Problem of(int status, String code, String message, String param) {
        return new Problem(status, code, message, Optional.of(param), Map.of());
    }

    /** What this server cannot do now but may later, without any change of the request. */
    public static Problem unavailable(String code, String message) {
        return of(UNAVAILABLE, code, message).retryAfter(PASSES_AFTER_SECONDS);
    }

    /** The same, of one field, parameter or header. */
    public static Problem unavailable(String code, String message, String param) {
        return of(UNAVAILABLE, code, message, param).retryAfter(PASSES_AFTER_SECONDS);
    }

    /** The same with a word on when to come again. */
    public Problem retryAfter(long seconds) {
        return with(Map.of("Retry-After", Long.toString(seconds)));
    }

    /** The same with these headers as well. */
    public Problem with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Problem(status, code, message, param, all);
    }

    /** The same for clients that would ask again by themselves, of no use here: OpenAI's obey it. */
    public Problem withoutRetry() {
        return with(Map.of("x-should-retry", "false"));
    }

    /** The family of the problem, in the words that OpenAI's clients know. */
    String type() {
        if (status >= SERVER_FAULT) {
            return "server_error";
        }
        return status == TOO_MANY ? "rate_limit_error" : "invalid_request_error";
    }
}
