package io.npuq.api.http;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of a job. It watches first and looks then, so that an end in between is not missed. However the wait ends (the
 * job's end, the time-out, a client that goes away), its watch and its timer end with it.
 */
public final class JobWait {
    private static final long NO_TIMER = -1;

    private final JobQueue queue;
    private final Vertx vertx;
    private final Exchange exchange;
    private final JobId id;
    private final Promise<Optional<Job>> end = Promise.promise();
    private @Nullable Watch watch;
    private long timer = NO_TIMER;
    private boolean over;

    private JobWait(Vertx vertx, JobQueue queue, Exchange exchange, JobId id) {
        this.vertx = vertx;
        this.queue = queue;
        this.exchange = exchange;
        this.id = id;
    }

    /**
     * The job at its end, or as it stands after the time-out; empty when there is none of that name.
     *
     * @param timeout how long to wait
     */
    public static Future<Optional<Job>> forEnd(
            Vertx vertx, JobQueue queue, Exchange exchange, JobId id, Duration timeout) {
        JobWait wait = new JobWait(vertx, queue, exchange, id);
        wait.start(timeout);
        return wait.end.future();
    }

    private void start(Duration timeout) {
        watch = queue.watch(id, this::seen);
        exchange.whenGone(this::stop);
        timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> timedOut());
        look(job -> job.isEmpty() || job.get().state().isFinal());
    }

    /** On a thread of the queue. */
    private void seen(JobEvent event) {
        if (event instanceof JobEvent.StateChanged change
                && change.job().state().isFinal()) {
            exchange.context().runOnContext(here -> finish(Optional.of(change.job())));
        }
    }

    private void timedOut() {
        timer = NO_TIMER;
        look(job -> true);
    }

    private void look(Predicate<Optional<Job>> enough) {
        exchange.onContext(queue.get(id))
                .onSuccess(job -> {
                    if (enough.test(job)) {
                        finish(job);
                    }
                })
                .onFailure(cause -> {
                    stop();
                    end.tryFail(cause);
                });
    }

    private void finish(Optional<Job> job) {
        stop();
        end.tryComplete(job);
    }

    private void stop() {
        if (over) {
            return;
        }
        over = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        Watch watching = watch;
        if (watching != null) {
            watching.close();
        }
    }
}
