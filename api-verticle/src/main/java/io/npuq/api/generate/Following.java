package io.npuq.api.generate;

import io.npuq.api.http.Problem;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One follower of one job. Lives on the follower's thread. */
public final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final JobQueue queue;
    private final Context context;
    private final Follower follower;
    private final SentText sent = new SentText();
    private @Nullable List<JobEvent> early = new ArrayList<>();
    private @Nullable JobId id;
    private @Nullable Watch watch;
    private long timer = NO_TIMER;
    private boolean over;

    Following(Vertx vertx, JobQueue queue, Context context, Follower follower) {
        this.vertx = vertx;
        this.queue = queue;
        this.context = context;
        this.follower = follower;
    }

    /** From whatever thread. */
    void tell(JobEvent event) {
        context.runOnContext(here -> told(event));
    }

    void accepted(Job job, Watch watching, Duration waitingEvery) {
        id = job.id();
        watch = watching;
        if (over) {
            watching.close();
            return;
        }
        follower.accepted(job);
        if (job.state().isFinal()) {
            ended(job);
        } else {
            timer = vertx.setPeriodic(waitingEvery.toMillis(), tick -> look());
        }
        List<JobEvent> waited = early;
        early = null;
        if (waited != null) {
            waited.forEach(this::told);
        }
    }

    /** The follower is told nothing more; the job goes on. */
    public void leave() {
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

    /** Nobody wants the answer any more: the job is cancelled, unless it has ended. */
    public void cancel() {
        JobId job = id;
        if (over || job == null) {
            leave();
            return;
        }
        leave();
        Future.fromCompletionStage(queue.cancel(job))
                .onFailure(cause -> LOG.warn("job {} goes on although its client left: cancel failed", job, cause));
    }

    private void told(JobEvent event) {
        List<JobEvent> waiting = early;
        if (over) {
            return;
        }
        if (waiting != null) {
            waiting.add(event);
        } else if (event instanceof JobEvent.Progress progress) {
            say(sent.progress(progress.attempt(), progress.text()));
        } else {
            changed(((JobEvent.StateChanged) event).job());
        }
    }

    private void changed(Job job) {
        if (job.state().isFinal()) {
            ended(job);
        }
    }

    private void ended(Job job) {
        Optional<String> answer = job.result().map(JobResult::text);
        if (answer.isPresent() && !say(sent.whole(answer.get()))) {
            return;
        }
        leave();
        follower.ended(job);
    }

    private boolean say(Optional<String> more) {
        if (more.isEmpty()) {
            lost(
                    Problem.of(
                            500,
                            "answer_changed",
                            "the engine was lost in mid-answer, and the job's next attempt answers otherwise; ask for the job's result"));
            return false;
        }
        if (!more.get().isEmpty()) {
            follower.text(more.get());
        }
        return true;
    }

    private void lost(Problem problem) {
        if (!over) {
            leave();
            follower.lost(problem);
        }
    }

    /** Also finds an end that nobody told. */
    private void look() {
        JobId job = id;
        if (job == null) {
            return;
        }
        Future.fromCompletionStage(queue.get(job), context)
                .onSuccess(found -> found.ifPresent(this::found))
                .onFailure(
                        cause -> lost(Problem.unavailable("shutting_down", "npuq is shutting down; the job is kept")));
    }

    private void found(Job job) {
        if (over) {
            return;
        }
        changed(job);
        if (!job.state().isFinal()) {
            follower.waiting(job);
        }
    }
}
