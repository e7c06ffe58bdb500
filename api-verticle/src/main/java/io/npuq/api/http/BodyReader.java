package io.npuq.api.http;

import io.npuq.schema.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads one body, bounded. A body that is refused is answered at once and then read and thrown away up to a bound, because many
 * clients look for the answer only after they have sent everything; the connection is good for the next request then.
 */
final class BodyReader {
    static final Problem TOO_LARGE = Problem.of(
            413,
            "body_too_large",
            "the body is larger than " + Limits.BODY_BYTES_MAX + " bytes, which is the most",
            "body");
    static final Problem BROKEN = Problem.of(400, "invalid_body", "the body does not follow HTTP's framing", "body");

    private final Exchange exchange;
    private final HttpServerRequest request;
    private final BodyPieces kept;
    private boolean refused;
    private long thrownAway;

    private BodyReader(Exchange exchange, BodyBudget budget) {
        this.exchange = exchange;
        this.kept = new BodyPieces(budget);
        this.request = exchange.request();
    }

    /** Reads the body into the exchange, then goes on; or answers that it is too large. */
    static void read(Exchange exchange, BodyBudget budget, Runnable then) {
        BodyReader reader = new BodyReader(exchange, budget);
        if (exchange.request().headers().contains(HttpHeaders.EXPECT)) {
            exchange.request().response().writeContinue();
        }
        exchange.request()
                .exceptionHandler(reader::broken)
                .handler(reader::chunk)
                .endHandler(end -> reader.end(then));
    }

    /** Answers the problem and throws away the body that may follow. */
    static void refuse(Exchange exchange, Problem problem) {
        if (exchange.request().headers().contains(HttpHeaders.EXPECT)) {
            // The client waits for a word before it sends; after a refusal nobody knows whether a body follows.
            exchange.sendAndClose(problem);
            return;
        }
        BodyReader reader = new BodyReader(exchange, new BodyBudget());
        exchange.request().handler(reader::chunk).exceptionHandler(broken -> {});
        reader.refuse(problem);
    }

    /** Throws away the body of a request that was answered without it. */
    static void discard(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.connection().close();
            return;
        }
        AtomicLong bytes = new AtomicLong();
        request.exceptionHandler(broken -> {}).handler(chunk -> {
            if (bytes.addAndGet(chunk.length()) > HttpLimits.DRAIN_BYTES_MAX) {
                request.connection().close();
            }
        });
    }

    private void refuse(Problem problem) {
        refused = true;
        kept.release();
        exchange.send(problem);
    }

    private void chunk(Buffer chunk) {
        if (refused) {
            throwAway(chunk.length());
            return;
        }
        if (kept.length() + chunk.length() > Limits.BODY_BYTES_MAX) {
            refuse(TOO_LARGE);
        } else if (!kept.add(chunk)) {
            refuse(BodyBudget.SPENT);
        }
    }

    private void throwAway(int bytes) {
        thrownAway += bytes;
        if (thrownAway > HttpLimits.DRAIN_BYTES_MAX) {
            request.connection().close();
        }
    }

    private void end(Runnable then) {
        if (!refused) {
            exchange.body(kept.join());
            kept.release();
            then.run();
        }
    }

    private void broken(Throwable cause) {
        kept.release();
        if (cause instanceof HttpClosedException) {
            exchange.gone();
        } else if (!refused) {
            exchange.sendAndClose(BROKEN);
        }
    }
}
