package io.npuq.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** An answer that is written piece by piece, on the exchange's own thread. Writing to a client that is gone does nothing. */
public final class AnswerStream {
    private final Exchange exchange;
    private final HttpServerResponse response;

    AnswerStream(Exchange exchange, HttpServerResponse response) {
        this.exchange = exchange;
        this.response = response;
    }

    /** Sends the head now, without waiting for the first piece: the client sees that it is connected. */
    public void begin() {
        if (!response.closed()) {
            response.writeHead();
        }
    }

    /** Writes one piece, also when the stream {@link #isFull}: whoever writes then bounds it. */
    public void write(Buffer piece) {
        if (!response.closed()) {
            exchange.touch();
            response.write(piece);
        }
    }

    /** Whether more waits for the client to read than was allowed. */
    public boolean isFull() {
        return !response.closed() && response.writeQueueFull();
    }

    /** Runs each time when the client has read enough for more to be written. */
    public void whenDrained(Runnable action) {
        response.drainHandler(drained -> {
            exchange.touch();
            action.run();
        });
    }

    /** The answer is whole. */
    public void end() {
        if (!response.closed()) {
            exchange.streamed();
            response.end();
        }
    }

    /** Gives up on the client: closes its connection, whatever waits to be written. */
    public void drop() {
        exchange.request().connection().close();
    }
}
