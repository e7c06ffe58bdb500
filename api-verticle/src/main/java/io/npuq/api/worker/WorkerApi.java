package io.npuq.api.worker;

import io.npuq.api.generate.Generations;
import io.npuq.api.generate.JobProblems;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The bounded worker contract: {@code /healthz}, {@code /models} and {@code /v1/worker/…}. */
public final class WorkerApi {
    private static final int OK = 200;

    private final Vertx vertx;
    private final Generations generations;
    private final Supplier<OptionalLong> busyTimeUs;
    private final Supplier<String> address;
    private final boolean fallbackAllowed;

    /**
     * Serves this queue.
     *
     * @param generations runs the jobs
     * @param busyTimeUs the NPU's busy counter; called on a worker thread, for it is read from a file
     * @param address host and port that are listened on
     * @param fallbackAllowed whether a job that another device than the NPU ran is a 200
     */
    public WorkerApi(
            Vertx vertx,
            Generations generations,
            Supplier<OptionalLong> busyTimeUs,
            Supplier<String> address,
            boolean fallbackAllowed) {
        this.vertx = vertx;
        this.generations = generations;
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

    /** Where no model could be loaded yet, the client is told, and no job is made: the lane tries again by itself. */
    private Future<Answer> run(Exchange exchange, JobRequest request) {
        exchange.query();
        return neverLoaded()
                .map(why -> Future.<Answer>failedFuture(
                        new ProblemException(Problem.unavailable("model_unavailable", why))))
                .orElseGet(() -> generations
                        // No blanks meanwhile: an answer that is not proven must be able to say so by its status.
                        .atEnd(exchange, routed(request), () -> {})
                        .map(this::answer));
    }

    private LaneStatus main() {
        return generations.mainLane();
    }

    /** Why no lane that may run such a job could load its model yet; empty when one did, or still may. */
    private Optional<String> neverLoaded() {
        List<LaneStatus> able = fallbackAllowed ? generations.lanes() : List.of(main());
        return able.stream().allMatch(lane -> lane.neverLoaded().isPresent())
                ? able.get(0).neverLoaded()
                : Optional.empty();
    }

    /** An answer that counts only from the NPU is worth waiting for there; where the main lane is none, it says so. */
    private JobRequest routed(JobRequest request) {
        return !fallbackAllowed && main().lane() == Lane.NPU ? request.withDevice(DevicePolicy.NPU) : request;
    }

    private Answer answer(Job job) {
        LaneStatus status = main();
        WorkerAnswer said = WorkerAnswer.of(job, status, fallbackAllowed);
        return Answer.json(said.status(), said.bytes())
                .with(JobProblems.of(job, status)
                        .map(Problem::headers)
                        .orElseGet(() -> GenerationHeaders.of(job, status)));
    }
}
