package io.npuq.api.jobs;

import io.npuq.api.http.Answer;
import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows one job. The queue is watched before the job is looked at, so nothing is missed in between; what comes before
 * the look is over waits for it. A client that does not read what it is sent is dropped: it may come again and name its last event.
 */
final class EventFeed {
    /** What may wait for the client: a burst of tokens. An event that finds more waiting costs the client its connection. */
    private static final int UNREAD_BYTES_MAX = 16 << 10;

    private static final Buffer PING = Buffer.buffer(": ping\n\n");
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Exchange exchange;
    private final Duration pingEvery;
    private final JobEvents events;
    private final Promise<Answer> noStream = Promise.promise();
    private @Nullable List<JobEvent> early = new ArrayList<>();
    private @Nullable AnswerStream stream;
    private @Nullable Watch watch;
    private long timer = NO_TIMER;
    private boolean over;

    EventFeed(Vertx vertx, Exchange exchange, EventPoint after, Duration pingEvery) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.pingEvery = pingEvery;
        this.events = new JobEvents(after, this::send);
    }

    Future<Answer> start(JobQueue queue, JobId id, Supplier<RuntimeException> unknown) {
        watch = queue.watch(id, event -> exchange.context().runOnContext(here -> told(event)));
        exchange.whenGone(this::stop);
        exchange.onContext(queue.get(id)).onComplete(job -> found(job, unknown), this::failed);
        return noStream.future();
    }

    private void found(Optional<Job> job, Supplier<RuntimeException> unknown) {
        if (over) {
            return;
        }
        if (job.isEmpty()) {
            failed(unknown.get());
            return;
        }
        AnswerStream begun = exchange.stream("text/event-stream", UNREAD_BYTES_MAX);
        stream = begun;
        if (exchange.isHead()) {
            end();
            return;
        }
        begun.begin();
        timer = vertx.setPeriodic(pingEvery.toMillis(), tick -> write(PING));
        events.found(job.get());
        List<JobEvent> waited = early;
        early = null;
        if (waited != null) {
            waited.forEach(events::told);
        }
        endWhenOver();
    }

    private void told(JobEvent event) {
        if (over) {
            return;
        }
        List<JobEvent> waiting = early;
        if (waiting != null) {
            waiting.add(event);
        } else {
            events.told(event);
            endWhenOver();
        }
    }

    private void send(ServerEvent event) {
        write(event.bytes());
    }

    private void write(Buffer bytes) {
        AnswerStream to = stream;
        if (over || to == null) {
            return;
        }
        if (to.isFull()) {
            stop();
            to.drop();
        } else {
            to.write(bytes);
        }
    }

    private void endWhenOver() {
        if (!over && events.areOver()) {
            end();
        }
    }

    private void end() {
        stop();
        if (stream != null) {
            stream.end();
        }
    }

    private void failed(Throwable cause) {
        stop();
        noStream.tryFail(cause);
    }

    private void stop() {
        if (over) {
            return;
        }
        over = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        if (watch != null) {
            watch.close();
        }
    }
}
