package io.npuq.api.http;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Reads a form ({@code multipart/form-data}) as it comes: its fields, bounded, into memory, and its file piece by piece. */
public final class FormReader {
    private static final Problem BROKEN = Problem.of(
            400,
            "invalid_body",
            "the body is no form (multipart/form-data), or one of its fields is larger than 8 KiB",
            "body");

    private final Exchange exchange;
    private final HttpServerRequest request;
    private boolean stopped;
    private long thrownAway;

    FormReader(Exchange exchange) {
        this.exchange = exchange;
        this.request = exchange.request();
    }

    /** What is done with the form. Nothing is told after {@link FormReader#stop}, or when the client went away. */
    public interface Form {
        /** A file begins: its pieces come next. The name is the client's own, and no path. */
        void file(String field, String filename);

        /** More of the file. */
        void piece(Buffer bytes);

        /** The file is whole. */
        void fileEnds();

        /** The form is whole; the last of several fields of one name counts. */
        void end(Map<String, String> fields);
    }

    /** How long the whole body says it is, in bytes; empty where it does not say. */
    public OptionalLong declaredBytes() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.trim()));
    }

    /** Takes nothing from the client until {@link #resume}; what is on its way still comes. */
    public void pause() {
        request.pause();
    }

    /** Goes on. */
    public void resume() {
        request.resume();
    }

    /**
     * Begins; call it before the body can come: at once, or while it is paused.
     *
     * @throws ProblemException 400 when the form's head cannot be read
     */
    public void read(Form form) {
        request.exceptionHandler(this::broken);
        try {
            request.setExpectMultipart(true);
        } catch (DecoderException e) {
            throw new ProblemException(
                    Problem.of(400, "invalid_body", "the form has no boundary in its Content-Type", "content-type"));
        }
        exchange.bodyIsRead();
        request.uploadHandler(upload -> file(upload, form)).handler(this::chunk).endHandler(end -> end(form));
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
    }

    /** Looks at nothing more. What follows is thrown away, up to a bound, so that the client gets to the answer. */
    public void stop() {
        stopped = true;
        request.resume();
    }

    private void file(HttpServerFileUpload upload, Form form) {
        if (!stopped) {
            form.file(upload.name(), upload.filename() == null ? "" : upload.filename());
        }
        upload.exceptionHandler(this::broken)
                .handler(piece -> {
                    if (!stopped) {
                        form.piece(piece);
                    }
                })
                .endHandler(end -> {
                    if (!stopped) {
                        form.fileEnds();
                    }
                });
    }

    private void chunk(Buffer chunk) {
        exchange.touch();
        if (stopped) {
            thrownAway += chunk.length();
            if (thrownAway > HttpLimits.DRAIN_BYTES_MAX) {
                request.connection().close();
            }
        }
    }

    private void end(Form form) {
        if (stopped) {
            return;
        }
        exchange.served();
        Map<String, String> fields = new LinkedHashMap<>();
        request.formAttributes().forEach(fields::put);
        form.end(fields);
    }

    private void broken(Throwable cause) {
        if (stopped) {
            return;
        }
        stopped = true;
        if (cause instanceof HttpClosedException || cause instanceof SocketException) {
            exchange.gone();
        } else {
            exchange.abandon(BROKEN);
        }
    }
}
