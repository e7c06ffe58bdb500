package io.npuq.api.generate;

import io.npuq.api.embedding.Submitter;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Refusals;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Jobs that a client waits for. One that leaves cancels its job, queued or running; unless it gave an idempotency key, by which it may
 * come back and find it.
 */
public final class Generations {
    private static final int OK = 200;

    private final Vertx vertx;
    private final JobQueue queue;
    private final Submitter submitter;
    private final Supplier<List<LaneStatus>> lanes;
    private final Duration waitingEvery;

    /**
     * Jobs of this queue.
     *
     * @param lanes every lane as it stands, the main one first
     * @param waitingEvery how often a client hears that its job still waits
     */
    public Generations(
            Vertx vertx, JobQueue queue, Submitter submitter, Supplier<List<LaneStatus>> lanes, Duration waitingEvery) {
        this.vertx = vertx;
        this.queue = queue;
        this.submitter = submitter;
        this.lanes = lanes;
        this.waitingEvery = waitingEvery;
    }

    /** The main lane as it stands. */
    public LaneStatus mainLane() {
        return lanes.get().get(0);
    }

    /** Every lane as it stands, the main one first. */
    public List<LaneStatus> lanes() {
        return lanes.get();
    }

    /**
     * Submits a job and follows it, on this context's thread.
     *
     * @return once it is acknowledged; fails with a {@link ProblemException} when it was not taken
     */
    public Future<Following> follow(JobRequest request, Sender sender, Context context, Follower follower) {
        Following following = new Following(vertx, queue, context, follower);
        return Future.fromCompletionStage(submitter.submit(request, sender, following::tell), context)
                .compose(submission -> followed(submission, following, context));
    }

    private Future<Following> followed(Submission submission, Following following, Context context) {
        Refusals.check(submission);
        if (submission instanceof Submission.Accepted accepted) {
            following.accepted(accepted.job(), accepted.watch(), waitingEvery);
            return Future.succeededFuture(following);
        }
        return known(((Submission.Known) submission).id(), following, context);
    }

    /** Watched first and looked at then, so that an end in between is not missed. */
    private Future<Following> known(JobId id, Following following, Context context) {
        Watch watch = queue.watch(id, following::tell);
        return Future.fromCompletionStage(queue.get(id), context).map(job -> {
            following.accepted(job.orElseThrow(), watch, waitingEvery);
            return following;
        });
    }

    /**
     * A job that nobody waits for.
     *
     * @return as it stands once it is acknowledged; fails with a {@link ProblemException} when it was not taken
     */
    public Future<Job> submit(Exchange exchange, JobRequest request) {
        return exchange.onContext(submitter.submit(request, exchange.sender())).compose(submission -> {
            Refusals.check(submission);
            return submission instanceof Submission.Accepted accepted
                    ? Future.succeededFuture(accepted.job())
                    : exchange.onContext(queue.get(((Submission.Known) submission).id()))
                            .map(Optional::orElseThrow);
        });
    }

    /** Streams the answer of a job that is there, as this form has it; it goes on when the client leaves. */
    public Future<Answer> streamKnown(Exchange exchange, JobId id, StreamForm form) {
        StreamedAnswer answer = new StreamedAnswer(exchange, form, this::mainLane);
        Following following = new Following(vertx, queue, exchange.context(), answer);
        exchange.whenGone(following::leave);
        return known(id, following, exchange.context()).compose(followed -> answer.failure());
    }

    /**
     * The job at its end, for an exchange that waits for it.
     *
     * @param whileWaiting runs now and then until the end, such as {@link Exchange#answerIsUnderWay}
     * @return fails with a {@link ProblemException} when it was not taken
     */
    public Future<Job> atEnd(Exchange exchange, JobRequest request, Runnable whileWaiting) {
        AtEnd end = new AtEnd(exchange, whileWaiting);
        return followed(exchange, request, end).compose(following -> end.job());
    }

    /** The same, as an answer: what this makes of the job, or why it has no answer. */
    public Future<Answer> answer(Exchange exchange, JobRequest request, Function<Job, byte[]> body) {
        return answer(exchange, request, exchange::answerIsUnderWay, job -> Answer.json(OK, body.apply(job)));
    }

    /** The same, for an answer that is more than JSON. */
    public Future<Answer> answer(
            Exchange exchange, JobRequest request, Runnable whileWaiting, Function<Job, Answer> answer) {
        return atEnd(exchange, request, whileWaiting).map(job -> {
            LaneStatus mainLane = mainLane();
            JobProblems.of(job, mainLane).ifPresent(problem -> {
                throw new ProblemException(problem);
            });
            return answer.apply(job).with(GenerationHeaders.of(job, mainLane));
        });
    }

    /** The same, for one that is answered piece by piece, as this form has it. */
    public Future<Answer> stream(Exchange exchange, JobRequest request, StreamForm form) {
        StreamedAnswer answer = new StreamedAnswer(exchange, form, this::mainLane);
        return followed(exchange, request, answer).compose(following -> answer.failure());
    }

    private Future<Following> followed(Exchange exchange, JobRequest request, Follower follower) {
        Sender sender = exchange.sender();
        return follow(request, sender, exchange.context(), follower)
                .onSuccess(following ->
                        exchange.whenGone(sender.idempotencyKey().isPresent() ? following::leave : following::cancel));
    }
}
