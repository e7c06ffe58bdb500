package io.npuq.api.batch;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.FormReader;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.InvalidInputException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file on its way in, on its exchange's thread. It is written as it comes, under a name that no client sees, and becomes a file once it
 * is whole and on disk; one that breaks off leaves nothing.
 */
final class Upload implements FormReader.Form {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);
    private static final String ANCHOR = "expires_after[anchor]";
    private static final String SECONDS = "expires_after[seconds]";
    private static final Set<String> FIELDS = Set.of("purpose", ANCHOR, SECONDS);
    private static final int UNWRITTEN_BYTES_MAX = 1 << 20;

    private final Promise<StoredFile> answer = Promise.promise();
    private final Vertx vertx;
    private final Exchange exchange;
    private final FormReader form;
    private final FileStore files;
    private final Clock clock;
    private final String id;
    private final Path path;
    private Runnable whenOver = () -> {};
    private @Nullable AsyncFile file;
    private String filename = "";
    private long reserved;
    private long bytes;
    private boolean begun;
    private boolean whole;
    private boolean over;

    Upload(Vertx vertx, Exchange exchange, FileStore files, Clock clock) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.form = exchange.form();
        this.files = files;
        this.clock = clock;
        id = files.newId();
        path = files.upload(id);
    }

    Future<StoredFile> start(Runnable over) {
        whenOver = over;
        exchange.whenGone(() -> fail(new ProblemException(Problem.of(400, "client_gone", "the client went away"))));
        long declared = form.declaredBytes().orElse(BatchLimits.FILE_BYTES_MAX);
        if (declared > BatchLimits.FILE_BYTES_MAX + BatchLimits.FORM_BYTES_MAX) {
            form.read(this);
            fail(tooLarge());
            return answer.future();
        }
        form.pause();
        vertx.executeBlocking(() -> reserve(declared), false)
                .compose(room -> vertx.fileSystem()
                        .open(
                                path.toString(),
                                new OpenOptions().setCreateNew(true).setRead(false)))
                .onComplete(this::opened, this::fail);
        return answer.future();
    }

    private boolean reserve(long declared) throws IOException {
        files.reserve(declared);
        reserved = declared;
        return true;
    }

    private void opened(AsyncFile made) {
        file = made.setWriteQueueMaxSize(UNWRITTEN_BYTES_MAX).exceptionHandler(this::fail);
        if (over) {
            discard();
            return;
        }
        try {
            form.read(this);
            form.resume();
        } catch (ProblemException e) {
            fail(e);
        }
    }

    @Override
    public void file(String field, String name) {
        if (begun || !field.equals("file")) {
            fail(new InvalidInputException("file", "the form must have one file, in its field file"));
            return;
        }
        begun = true;
        filename = name;
    }

    @Override
    public void piece(Buffer piece) {
        AsyncFile to = file;
        bytes += piece.length();
        if (bytes > BatchLimits.FILE_BYTES_MAX) {
            fail(tooLarge());
        } else if (to != null) {
            to.write(piece).onFailure(this::fail);
            if (to.writeQueueFull()) {
                form.pause();
                to.drainHandler(drained -> form.resume());
            }
        }
    }

    @Override
    public void fileEnds() {
        whole = true;
    }

    @Override
    public void end(Map<String, String> fields) {
        AsyncFile written = file;
        if (over || written == null) {
            return;
        }
        try {
            StoredFile stored = stored(fields);
            written.flush()
                    .compose(flushed -> written.close())
                    .compose(closed -> vertx.executeBlocking(
                            () -> {
                                files.adopt(path, stored);
                                return stored;
                            },
                            false))
                    .onComplete(this::taken, this::fail);
        } catch (InvalidInputException e) {
            fail(e);
        }
    }

    private StoredFile stored(Map<String, String> fields) {
        for (String name : fields.keySet()) {
            InvalidInputException.check(
                    FIELDS.contains(name),
                    "form",
                    "the form has a field that is not known; known: file, purpose, " + ANCHOR + ", " + SECONDS);
        }
        InvalidInputException.check(StoredFile.INPUT.equals(fields.get("purpose")), "purpose", "purpose must be batch");
        InvalidInputException.check(begun && whole, "file", "the form must have a file, in its field file");
        InvalidInputException.check(bytes > 0, "file", "the file is empty");
        InvalidInputException.check(
                filename.length() <= BatchLimits.FILENAME_CHARS_MAX,
                "file",
                "the file's name may have " + BatchLimits.FILENAME_CHARS_MAX + " characters");
        Instant now = clock.instant();
        return new StoredFile(id, bytes, now, filename, StoredFile.INPUT, now.plus(kept(fields)));
    }

    private static Duration kept(Map<String, String> fields) {
        if (!fields.containsKey(ANCHOR) && !fields.containsKey(SECONDS)) {
            return BatchLimits.UNUSED_KEPT;
        }
        String seconds = fields.getOrDefault(SECONDS, "");
        return Windows.expiresAfter(
                fields.getOrDefault(ANCHOR, ""),
                seconds.matches("[0-9]{1,9}") ? Long.parseLong(seconds) : 0,
                "expires_after");
    }

    private void taken(StoredFile stored) {
        if (over) {
            // The client left while it was put on disk, and never learned the file's id.
            vertx.executeBlocking(
                            () -> {
                                files.erase(stored.id());
                                return true;
                            },
                            false)
                    .onFailure(this::leftBehind);
            return;
        }
        over = true;
        leave();
        answer.complete(stored);
    }

    private void fail(Throwable cause) {
        if (over) {
            leave(); // room may have been made since
            return;
        }
        over = true;
        form.stop();
        discard();
        answer.tryFail(problem(cause));
    }

    private static Throwable problem(Throwable cause) {
        if (cause instanceof ProblemException || cause instanceof InvalidInputException) {
            return cause;
        }
        LOG.warn("a file that was sent cannot be written: {}", cause.toString());
        return new ProblemException(Problem.unavailable(
                "disk_short", "the file cannot be written to the server's disk; its operator must have a look"));
    }

    private static ProblemException tooLarge() {
        return new ProblemException(Problem.of(
                413,
                "file_too_large",
                "the file is larger than " + BatchLimits.FILE_BYTES_MAX + " bytes, which is the most",
                "file"));
    }

    private void discard() {
        AsyncFile written = file;
        leave();
        if (written != null) {
            file = null;
            written.close()
                    .onComplete(closed -> vertx.executeBlocking(
                                    () -> {
                                        SafeFiles.erase(path);
                                        return true;
                                    },
                                    false)
                            .onFailure(this::leftBehind));
        }
    }

    private void leftBehind(Throwable cause) {
        LOG.warn("{} is left, and goes at the next start: {}", path, cause.toString());
    }

    /** Once. */
    private void leave() {
        Runnable told = whenOver;
        whenOver = () -> {};
        told.run();
        files.release(reserved);
        reserved = 0;
    }
}
