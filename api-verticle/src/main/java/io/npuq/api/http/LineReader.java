package io.npuq.api.http;

import io.npuq.schema.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Arrays;

/** Reads a body line by line as it comes, and never holds more of it than one line and one piece. */
public final class LineReader {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private byte[] begun = {};
    private int begunBytes;
    private boolean tooLong;
    private int number;
    private boolean stopped;
    private long thrownAway;

    LineReader(Exchange exchange) {
        this.exchange = exchange;
        this.request = exchange.request();
    }

    /** What is done with the lines. */
    public interface Lines {
        /**
         * One line, without its end.
         *
         * @param number from 1, blank lines counted
         * @param bytes not to be kept
         * @param from its first byte
         * @param to behind its last byte
         */
        void line(int number, byte[] bytes, int from, int to);

        /** A line of more than {@link Limits#BODY_BYTES_MAX} bytes, thrown away. */
        void tooLong(int number);

        /** The body is whole. Never comes when the client went away, or after {@link LineReader#stop}. */
        void end();
    }

    /** Begins; call it at once, before the body can come. */
    public void read(Lines lines) {
        exchange.bodyIsRead();
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        request.exceptionHandler(this::broken)
                .handler(chunk -> chunk(chunk, lines))
                .endHandler(end -> end(lines));
    }

    /** Takes nothing from the client until {@link #resume}; what is on its way still comes. */
    public void pause() {
        request.pause();
    }

    /** Goes on. */
    public void resume() {
        request.resume();
    }

    /** Looks at no further line. What follows is thrown away, up to a bound, so that the client gets to the answer. */
    public void stop() {
        stopped = true;
        begun = new byte[0];
    }

    private void chunk(Buffer chunk, Lines lines) {
        exchange.touch();
        byte[] bytes = chunk.getBytes();
        int from = 0;
        for (int to = 0; to < bytes.length && !stopped; to++) {
            if (bytes[to] == '\n') {
                line(bytes, from, to, lines);
                from = to + 1;
            }
        }
        if (stopped) {
            throwAway(bytes.length);
        } else {
            begin(bytes, from, bytes.length);
        }
    }

    private void line(byte[] bytes, int from, int to, Lines lines) {
        number++;
        if (begunBytes == 0 && !tooLong) {
            lines.line(number, bytes, from, to);
            return;
        }
        begin(bytes, from, to);
        if (tooLong) {
            lines.tooLong(number);
        } else {
            lines.line(number, begun, 0, begunBytes);
        }
        begunBytes = 0;
        tooLong = false;
    }

    private void begin(byte[] bytes, int from, int to) {
        int more = to - from;
        if (tooLong || more > Limits.BODY_BYTES_MAX - begunBytes) {
            tooLong = true;
            begunBytes = 0;
            return;
        }
        if (begunBytes + more > begun.length) {
            begun = Arrays.copyOf(begun, Math.min(Limits.BODY_BYTES_MAX, 2 * (begunBytes + more)));
        }
        System.arraycopy(bytes, from, begun, begunBytes, more);
        begunBytes += more;
    }

    private void throwAway(int bytes) {
        thrownAway += bytes;
        if (thrownAway > HttpLimits.DRAIN_BYTES_MAX) {
            request.connection().close();
        }
    }

    private void end(Lines lines) {
        if (stopped) {
            return;
        }
        if (begunBytes > 0 || tooLong) {
            line(begun, 0, 0, lines);
        }
        if (!stopped) {
            lines.end();
        }
    }

    private void broken(Throwable cause) {
        stopped = true;
        if (cause instanceof HttpClosedException || cause instanceof IOException) {
            exchange.gone();
        } else {
            exchange.abandon(BodyReader.BROKEN);
        }
    }
}
