package io.npuq.api.jobs;

import io.npuq.api.http.Answer;
import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.scheduler.Backup;
import io.npuq.scheduler.JobQueue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client that takes a backup. A piece is read only when the client has room for it. While it takes, texts whose time is over stay on
 * disk: so a client that takes nothing for a while is dropped, and so is one that is not done in an hour.
 */
final class BackupDownload {
    /** What may wait for the client. */
    private static final int UNREAD_BYTES_MAX = 1 << 20;

    private static final Duration TIME_MAX = Duration.ofHours(1);
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Exchange exchange;
    private final Duration stallMax;
    private final Promise<Answer> noStream = Promise.promise();
    private @Nullable Backup backup;
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
    BackupDownload(Vertx vertx, Exchange exchange, Duration stallMax) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.stallMax = stallMax;
    }

    Future<Answer> start(JobQueue queue) {
        exchange.whenGone(this::stop);
        exchange.onContext(queue.backup()).onComplete(this::begun, this::failed);
        return noStream.future();
    }

    private void begun(Optional<Backup> begun) {
        if (begun.isEmpty()) {
            failed(new ProblemException(Problem.of(
                    409, "backup_running", "another backup is being taken; try again when that one has ended")));
            return;
        }
        backup = begun.get();
        if (over) {
            begun.get().close();
            return;
        }
        AnswerStream to = exchange.stream("application/zip", UNREAD_BYTES_MAX);
        stream = to;
        to.whenDrained(() -> {
            moved = true;
            next();
        });
        timer = vertx.setPeriodic(stallMax.toMillis(), tick -> dropWhenStalled());
        next();
    }

    private void next() {
        Backup from = backup;
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
        if (backup != null) {
            backup.close();
        }
    }
}
