package io.npuq.launcher.client;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server did not do what it was asked, or is not there. The message is one line: what happened, to what, and what to do. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int NO_ANSWER = 0;

    /** Of a proxy that does not reach the server. */
    private static final Set<Integer> NOT_REACHED = Set.of(NO_ANSWER, 502, 504);

    private static final Set<Integer> BUSY = Set.of(429, 503);

    private final int status;
    private final String code;
    private final @Nullable Duration retryAfter;

    /**
     * It answered.
     *
     * @param code the error's, in one word; empty where there is none
     * @param retryAfter when it wants to be asked again
     */
    ApiException(int status, String code, Optional<Duration> retryAfter, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter.orElse(null);
    }

    ApiException(String message, Throwable cause) {
        super(message, cause);
        status = NO_ANSWER;
        code = "";
        retryAfter = null;
    }

    /** Whether the server found something wrong with what was asked. */
    public boolean isInvalidInput() {
        return status == 400 || status == 413 || status == 422;
    }

    /** Whether it wants a key, or another one. */
    public boolean isForbidden() {
        return status == 401 || status == 403;
    }

    /** Whether nothing was heard of the server. */
    public boolean isNoAnswer() {
        return NOT_REACHED.contains(status);
    }

    /** Whether it takes nothing for now, and will later. */
    public boolean isBusy() {
        return BUSY.contains(status);
    }

    /** The error's code, in one word; empty where there is none. */
    public String code() {
        return code;
    }

    /** When the server wants to be asked again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
