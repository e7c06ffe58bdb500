package io.npuq.api.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that do nothing, or take forever to send a request. Vert.x's own idle time-out would close a connection whose
 * client is waiting for a job as well, so what counts here is whether the server owes an answer. One sweep looks at all of them:
 * a request costs no timer.
 */
final class IdleConnections {
    /** A connection is closed when this many sweeps in a row found nothing done: after the limit, and at most a third later. */
    private static final int SWEEPS_MAX = 4;

    private static final int SWEEPS_PER_LIMIT = 3;

    private final Map<HttpConnection, Seen> open = new HashMap<>();
    private final Vertx vertx;
    private final long timer;

    IdleConnections(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        timer = vertx.setPeriodic(Math.max(1, limit.toMillis() / SWEEPS_PER_LIMIT), tick -> sweep());
    }

    void opened(HttpConnection connection) {
        open.put(connection, new Seen());
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** The connection's newest request: its head is here. */
    void begins(Exchange exchange) {
        Seen seen = open.get(exchange.request().connection());
        if (seen != null) {
            seen.newest = exchange;
            seen.idleSweeps = 0;
        }
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        for (Map.Entry<HttpConnection, Seen> entry : List.copyOf(open.entrySet())) {
            if (entry.getValue().isIdleTooLong()) {
                entry.getKey().close();
            }
        }
    }

    private static final class Seen {
        private @Nullable Exchange newest;
        private int idleSweeps;

        boolean isIdleTooLong() {
            Exchange exchange = newest;
            boolean busy = exchange != null && (exchange.isServed() || exchange.wasTouched());
            idleSweeps = busy ? 0 : idleSweeps + 1;
            return idleSweeps >= SWEEPS_MAX;
        }
    }
}
