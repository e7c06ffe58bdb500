package io.npuq.api.worker;

import io.npuq.api.http.Answer;
import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.JobWait;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Refusals;
import io.npuq.api.http.Routes;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bounded worker contract: {@code /healthz}, {@code /models} and {@code /v1/worker/…}. */
public final class WorkerApi {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerApi.class);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final JobQueue queue;
    private final Supplier<List<LaneStatus>> lanes;
    private final Supplier<OptionalLong> busyTimeUs;
    private final Supplier<String> address;
    private final boolean fallbackAllowed;

    /**
     * Serves this queue.
     *
     * @param lanes every lane as it stands, the main one first; called on the event loop
     * @param busyTimeUs the NPU's busy counter; called on a worker thread, for it is read from a file
     * @param address host and port that are listened on
     * @param fallbackAllowed whether a job that another device than the NPU ran is a 200
     */
    public WorkerApi(
            Vertx vertx,
            JobQueue queue,
            Supplier<List<LaneStatus>> lanes,
            Supplier<OptionalLong> busyTimeUs,
            Supplier<String> address,
            boolean fallbackAllowed) {
        this.vertx = vertx;
        this.queue = queue;
        this.lanes = lanes;
        this.busyTimeUs = busyTimeUs;
        this.address = address;
        this.fallbackAllowed = fallbackAllowed;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/v1/worker/generate").post(exchange -> {
            Fields body = exchange.json().onlyKnown(List.of("job", "input", "max_new_tokens"));
            return run(exchange, request(kind(body.requiredText("job")), body));
        });
        routes.at("/v1/worker/extract-memory-candidates").post(exchange -> implied(exchange, JobKind.MEMORY_CANDIDATE));
        routes.at("/v1/worker/condense-notification").post(exchange -> implied(exchange, JobKind.NOTIFICATION));
        routes.at("/healthz").get(this::health);
        routes.at("/models").get(this::models);
    }

    private Future<Answer> health(Exchange exchange) {
        exchange.query();
        return vertx.executeBlocking(() -> LaneJson.health(main(), busyTimeUs.get(), address.get()), false)
                .map(body -> Answer.json(OK, body));
    }

    private Future<Answer> models(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(Answer.json(OK, LaneJson.models(main())));
    }

    private Future<Answer> implied(Exchange exchange, JobKind kind) {
        return run(exchange, request(kind, exchange.json().onlyKnown(List.of("input", "max_new_tokens"))));
    }

    private static JobKind kind(String name) {
        return JobKind.find(name)
                .filter(JobKind::isBounded)
                .orElseThrow(() -> new InvalidInputException(
                        "job",
                        "unsupported job; job must be one of "
                                + JobKind.bounded().stream().map(JobKind::wire).collect(Collectors.joining(", "))));
    }

    private static JobRequest request(JobKind kind, Fields body) {
        return JobRequest.bounded(kind, body.requiredText("input"))
                .withMaxNewTokens(body.integer("max_new_tokens", kind.newTokensDefault()))
                .withPriority(Limits.PRIORITY_SYNC);
    }

    /** Where no model could be loaded yet, nobody knows when one can: the client is told, and no job is made. */
    private Future<Answer> run(Exchange exchange, JobRequest request) {
        exchange.query();
        return neverLoaded()
                .map(why -> Future.<Answer>failedFuture(
                        new ProblemException(Problem.of(UNAVAILABLE, "model_unavailable", why))))
                .orElseGet(() -> submit(exchange, routed(request)));
    }

    private LaneStatus main() {
        return lanes.get().get(0);
    }

    /** Why no lane that may run such a job could load its model yet; empty when one did, or still may. */
    private Optional<String> neverLoaded() {
        List<LaneStatus> able = fallbackAllowed ? lanes.get() : List.of(main());
        return able.stream().allMatch(lane -> lane.neverLoaded().isPresent())
                ? able.get(0).neverLoaded()
                : Optional.empty();
    }

    /** An answer that counts only from the NPU is worth waiting for there; where the main lane is none, it says so. */
    private JobRequest routed(JobRequest request) {
        return !fallbackAllowed && main().lane() == Lane.NPU ? request.withDevice(DevicePolicy.NPU) : request;
    }

    private Future<Answer> submit(Exchange exchange, JobRequest request) {
        CompletableFuture<Job> end = new CompletableFuture<>();
        return exchange.onContext(queue.submit(request, exchange.sender(), event -> seen(event, end)))
                .compose(submission -> {
                    if (submission instanceof Submission.Refused refused) {
                        return Future.succeededFuture(Refusals.answer(refused, ErrorShape.FLAT));
                    }
                    if (submission instanceof Submission.KeyReused reused) {
                        return Future.succeededFuture(Refusals.answer(reused, ErrorShape.FLAT));
                    }
                    return submission instanceof Submission.Known known
                            ? atEndOf(exchange, known.id())
                            : atEnd(exchange, (Submission.Accepted) submission, end);
                });
    }

    /** The client asked the same before: its job is under way, or has ended. */
    private Future<Answer> atEndOf(Exchange exchange, JobId id) {
        exchange.about(id);
        return JobWait.forEnd(vertx, queue, exchange, id, Optional.empty()).map(job -> answer(job.orElseThrow()));
    }

    private Future<Answer> atEnd(Exchange exchange, Submission.Accepted accepted, CompletableFuture<Job> end) {
        JobId id = accepted.job().id();
        exchange.about(id);
        exchange.whenGone(() -> {
            accepted.watch().close();
            cancel(id);
        });
        return exchange.onContext(end)
                .onComplete(ended -> accepted.watch().close())
                .map(this::answer);
    }

    /** On a thread of the queue. */
    private static void seen(JobEvent event, CompletableFuture<Job> end) {
        if (event instanceof JobEvent.StateChanged change
                && change.job().state().isFinal()) {
            end.complete(change.job());
        }
    }

    /** Nobody waits for the answer any more. */
    private void cancel(JobId id) {
        Future.fromCompletionStage(queue.cancel(id))
                .onFailure(cause -> LOG.warn("job {} goes on although its client left: cancel failed", id, cause));
    }

    private Answer answer(Job job) {
        LaneStatus status = main();
        WorkerAnswer said = WorkerAnswer.of(job, status, fallbackAllowed);
        return GenerationHeaders.addTo(Answer.json(said.status(), said.bytes()), job, status);
    }
}
