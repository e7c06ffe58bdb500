package io.npuq.api.lanes;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.InvalidInputException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** {@code /health}, {@code /health/devices} and {@code /v1/models/reload}. */
public final class LanesApi {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;
    private static final String RETRY_AFTER_SECONDS = "5";

    private final Vertx vertx;
    private final JobQueue queue;
    private final LaneControl lanes;
    private final Clock clock;

    /**
     * Serves these lanes.
     *
     * @param clock to say since when a lane is as it is
     */
    public LanesApi(Vertx vertx, JobQueue queue, LaneControl lanes, Clock clock) {
        this.vertx = vertx;
        this.queue = queue;
        this.lanes = lanes;
        this.clock = clock;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/health").get(this::health);
        routes.at("/health/devices").get(this::devices);
        routes.at("/v1/models/reload").post(this::reload);
    }

    private Future<Answer> health(Exchange exchange) {
        exchange.query();
        return exchange.onContext(queue.status()).map(status -> {
            Health health = Health.of(lanes.lanes(), status);
            byte[] body = HealthJson.health(health, clock.instant());
            return health.level() == Health.Level.UNHEALTHY
                    ? Answer.json(UNAVAILABLE, body).with("Retry-After", RETRY_AFTER_SECONDS)
                    : Answer.json(OK, body);
        });
    }

    private Future<Answer> devices(Exchange exchange) {
        exchange.query();
        return vertx.executeBlocking(
                        () -> HealthJson.devices(lanes.lanes(), lanes.busyTimeUs(), clock.instant()), false)
                .map(body -> Answer.json(OK, body));
    }

    private Future<Answer> reload(Exchange exchange) {
        exchange.query();
        Optional<String> model = exchange.optionalJson()
                .map(body -> body.onlyKnown(List.of("model")))
                .flatMap(LanesApi::model);
        return exchange.onContext(lanes.reload(model))
                .map(loaded -> Answer.json(OK, HealthJson.reloaded(loaded, clock.instant())))
                .recover(LanesApi::refused);
    }

    private static Optional<String> model(Fields body) {
        Optional<String> model = body.text("model");
        InvalidInputException.check(
                model.isEmpty() || !model.get().isBlank(),
                "model",
                "model must not be empty; leave it out to load the present one again");
        return model;
    }

    private static Future<Answer> refused(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return Future.failedFuture(
                cause instanceof ReloadException refused ? new ProblemException(problem(refused)) : thrown);
    }

    private static Problem problem(ReloadException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case UNKNOWN_MODEL -> Problem.of(NOT_FOUND, "model_not_found", message, "model");
            case NOT_LOADED -> Problem.unavailable("model_unavailable", message, "model");
            case BUSY -> Problem.of(CONFLICT, "reload_under_way", message);
            case NO_MODEL_LANE -> Problem.of(CONFLICT, "no_model", message);
        };
    }
}
