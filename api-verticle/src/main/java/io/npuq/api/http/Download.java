package io.npuq.api.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One client that takes a long answer. A piece is read only when the client has room for it. Whoever takes nothing for a while is
 * dropped, and so is one that is not done in an hour: what is read may have to stay on disk for its sake.
 */
public final class Download {
    /** What may wait for the client. */
    private static final int UNREAD_BYTES_MAX = 1 << 20;

    private static final Duration TIME_MAX = Duration.ofHours(1);
    private static final long NO_TIMER = -1;

    /** Where the pieces come from. */
    public interface Source {
        /** The next piece; empty behind the last. Asked for one at a time. */
        CompletionStage<Optional<byte[]>> next();

        /** Nothing more is asked for. */
        void close();
    }

    private final Vertx vertx;
    private final Exchange exchange;
    private final Duration stallMax;
    private final Promise<Answer> noStream = Promise.promise();
    private @Nullable Source source;
    private @Nullable AnswerStream stream;
    private long timer = NO_TIMER;
    private long ticks;
    private boolean moved;
    private boolean reading;
    private boolean over;

    /**
     * Prepares for a client.
     *
     * @param stallMax how long it may take nothing
     */
    public Download(Vertx vertx, Exchange exchange, Duration stallMax) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.stallMax = stallMax;
    }

    /**
     * Sends all of it.
     *
     * @param opening its source; where that fails, the failure is the answer
     */
    public Future<Answer> send(CharSequence contentType, CompletionStage<? extends Source> opening) {
        exchange.whenGone(this::stop);
        exchange.onContext(opening).onComplete(opened -> begun(contentType, opened), this::failed);
        return noStream.future();
    }

    private void begun(CharSequence contentType, Source opened) {
        source = opened;
        if (over) {
            opened.close();
            return;
        }
        AnswerStream to = exchange.stream(contentType, UNREAD_BYTES_MAX);
        stream = to;
        to.whenDrained(() -> {
            moved = true;
            next();
        });
        timer = vertx.setPeriodic(stallMax.toMillis(), tick -> dropWhenStalled());
        next();
    }

    private void next() {
        Source from = source;
        if (over || reading || from == null) {
            return;
        }
        reading = true;
        exchange.onContext(from.next()).onComplete(this::read, this::failed);
    }

    private void read(Optional<byte[]> piece) {
        reading = false;
        AnswerStream to = stream;
        if (over || to == null) {
            return;
        }
        if (piece.isEmpty()) {
            stop();
            to.end();
            return;
        }
        moved = true;
        to.write(Buffer.buffer(piece.get()));
        if (!to.isFull()) {
            next();
        }
    }

    private void dropWhenStalled() {
        ticks++;
        boolean tooLong = ticks * stallMax.toMillis() > TIME_MAX.toMillis();
        if (!moved || tooLong) {
            stop();
            if (stream != null) {
                stream.drop();
            }
        }
        moved = false;
    }

    /** A client that is gone already has ended it before, and what the queue says of that is of no account. */
    private void failed(Throwable cause) {
        if (!over) {
            stop();
            noStream.fail(cause);
        }
    }

    private void stop() {
        if (over) {
            return;
        }
        over = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        if (source != null) {
            source.close();
        }
    }
}
