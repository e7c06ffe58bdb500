package io.npuq.api.http;

import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.StoreUnavailableException;
import io.npuq.schema.InvalidInputException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the client is told of an exception. One that no client can cause is a bug: it is logged, and the client hears nothing of it. */
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The problem that the exception stands for. */
    public static Problem problem(Throwable thrown, Exchange exchange) {
        return problem(thrown, exchange.requestId());
    }

    /** The same for a request that is known by that id. */
    public static Problem problem(Throwable thrown, String requestId) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ProblemException refused) {
            return refused.problem();
        }
        if (cause instanceof InvalidInputException invalid) {
            return invalid(invalid);
        }
        if (cause instanceof QueueClosedException) {
            return Problem.unavailable("shutting_down", "npuq is shutting down; nothing was recorded");
        }
        if (cause instanceof StoreUnavailableException gone) {
            return Problem.unavailable("store_unavailable", String.valueOf(gone.getMessage()));
        }
        LOG.error("request {} failed by a bug in npuq", requestId, cause);
        return Problem.of(500, "internal_error", "npuq failed at this request; its log has more under " + requestId);
    }

    /** A value that is not allowed. */
    public static Problem invalid(InvalidInputException invalid) {
        return Problem.of(400, "invalid_value", String.valueOf(invalid.getMessage()), invalid.field());
    }
}
