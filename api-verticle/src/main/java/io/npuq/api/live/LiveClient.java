package io.npuq.api.live;

import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One client that is told how all stands. What it is told is always the whole: so one that reads slowly misses some of it, and one that
 * reads nothing for a while is dropped.
 */
final class LiveClient {
    /** What may wait for the client before it is told less. */
    private static final int UNREAD_BYTES_MAX = 64 << 10;

    /** How often it may have no room in a row: some ten seconds. */
    private static final int MISSED_MAX = 40;

    private final Exchange exchange;
    private final AnswerStream stream;
    private @Nullable Buffer lately;
    private int missed;
    private int left;

    /**
     * Prepares for a client.
     *
     * @param states how often it wants to be told
     */
    LiveClient(Exchange exchange, int states) {
        this.exchange = exchange;
        this.left = states;
        this.stream = exchange.stream("text/event-stream", UNREAD_BYTES_MAX);
    }

    /** Sends the head; false when that is all that is wanted. */
    boolean begin() {
        if (exchange.isHead()) {
            stream.end();
            return false;
        }
        stream.begin();
        return true;
    }

    /** Gives up on it. */
    void drop() {
        stream.drop();
    }

    /** Tells how all stands, and what happened lately where it does not know; answers whether it wants more. */
    boolean tell(Buffer state, Buffer happened) {
        if (stream.isFull()) {
            missed++;
            if (missed > MISSED_MAX) {
                drop();
            }
            return true;
        }
        missed = 0;
        stream.write(state);
        if (happened != lately) {
            lately = happened;
            stream.write(happened);
        }
        left--;
        if (left == 0) {
            stream.end();
        }
        return left > 0;
    }
}
