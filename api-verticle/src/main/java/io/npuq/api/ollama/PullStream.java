package io.npuq.api.ollama;

import io.npuq.api.http.Answer;
import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.JsonOut;
import io.npuq.api.models.Models;
import io.npuq.api.models.ModelsException;
import io.npuq.api.models.PullEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of a pull. Lines leave as fast as it reads them: of a file that moved on meanwhile, only how it stands now. When the client
 * goes, its wish for the model goes too.
 */
final class PullStream implements Consumer<PullEvent> {
    private static final int OK = 200;
    private static final int UNREAD_BYTES_MAX = 1 << 16;
    private static final byte[] SUCCESS = line("success");

    private final Exchange exchange;
    private final boolean streams;
    private final Promise<Answer> answer = Promise.promise();

    /** Lines that wait to be written, by what they are about. Guarded by itself. */
    private final Map<String, byte[]> waiting = new LinkedHashMap<>();

    private boolean flushing;
    private @Nullable AnswerStream stream;
    private boolean ended;

    PullStream(Exchange exchange, boolean streams) {
        this.exchange = exchange;
        this.streams = streams;
    }

    /** On the exchange's thread: the lines, or the one answer at the end. */
    Future<Answer> follow(Models.Pulling pulling) {
        exchange.whenGone(() -> {
            ended = true;
            pulling.cancel();
        });
        if (streams && !ended) {
            stream = exchange.stream("application/x-ndjson", UNREAD_BYTES_MAX);
            stream.whenDrained(this::flush);
            flush();
        }
        exchange.onContext(pulling.done()).onComplete(done -> end(SUCCESS), this::failed);
        return answer.future();
    }

    /** On a thread of the pull. */
    @Override
    public void accept(PullEvent event) {
        boolean said = event.file().isPresent()
                || (event.stage() != PullEvent.Stage.FILES && event.stage() != PullEvent.Stage.DONE);
        if (!streams || !said) {
            return;
        }
        String key =
                event.file().map(PullEvent.File::digest).orElse(event.stage().name());
        byte[] line = event.file().map(PullStream::line).orElseGet(() -> line(status(event)));
        synchronized (waiting) {
            waiting.put(key, line);
            if (flushing) {
                return;
            }
            flushing = true;
        }
        exchange.context().runOnContext(here -> flush());
    }

    private void flush() {
        AnswerStream to = stream;
        synchronized (waiting) {
            flushing = false;
            if (to == null || ended || to.isFull()) {
                return;
            }
            writeAll(to);
        }
    }

    private void writeAll(AnswerStream to) {
        Buffer lines = Buffer.buffer();
        waiting.values().forEach(line -> lines.appendBytes(line).appendByte((byte) '\n'));
        waiting.clear();
        if (lines.length() > 0) {
            to.write(lines);
        }
    }

    private void failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (stream == null || !(cause instanceof ModelsException)) {
            answer.tryFail(cause);
            return;
        }
        end(JsonOut.object(json -> {
            json.writeStringField("error", String.valueOf(cause.getMessage()));
        }));
    }

    private void end(byte[] last) {
        AnswerStream to = stream;
        if (ended) {
            return;
        }
        ended = true;
        if (to == null) {
            answer.tryComplete(Answer.json(OK, last));
            return;
        }
        synchronized (waiting) {
            writeAll(to);
        }
        to.write(Buffer.buffer(last).appendByte((byte) '\n'));
        to.end();
    }

    private static String status(PullEvent event) {
        return switch (event.stage()) {
            case WAITING -> event.note().orElse("waiting");
            case MANIFEST -> "pulling manifest";
            case FILES -> "pulling";
            case VERIFYING -> "verifying sha256 digest";
            case WRITING -> "writing manifest";
            case DONE -> "success";
        };
    }

    private static byte[] line(String status) {
        return JsonOut.object(json -> {
            json.writeStringField("status", status);
        });
    }

    private static byte[] line(PullEvent.File file) {
        String hex = file.digest().substring(file.digest().indexOf(':') + 1);
        return JsonOut.object(json -> {
            json.writeStringField("status", "pulling " + hex.substring(0, Math.min(hex.length(), 12)));
            json.writeStringField("digest", file.digest());
            json.writeNumberField("total", file.total());
            json.writeNumberField("completed", file.completed());
        });
    }
}
