package io.npuq.api.ollama;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.lanes.LaneControl;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Brings models back that were freed, and lets them go, for clients that ask for it. */
public final class ModelHold {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** An engine that loads for longer is ended by its lane, which then says why. */
    private static final Duration LOAD_MAX = Duration.ofMinutes(10);

    /** A model that jobs wait for goes later; nobody waits here for that. */
    private static final Duration FREE_MAX = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final LaneControl lanes;

    /** Of these lanes. */
    public ModelHold(Vertx vertx, LaneControl lanes) {
        this.vertx = vertx;
        this.lanes = lanes;
    }

    /** Loads the model; succeeds once jobs would run on it, and fails with why they would not. */
    Future<Void> load(Exchange exchange, String model) {
        return until(exchange, LOAD_MAX, () -> isBack(model)).map(back -> {
            if (!back) {
                throw unavailable("model " + model + " is still being loaded; see GET /health");
            }
            return null;
        });
    }

    /** Frees the model once no job waits for it; succeeds when that has happened, or soon. */
    Future<Void> free(Exchange exchange, String model) {
        free(model);
        return until(exchange, FREE_MAX, () -> !lane(model).loaded()).mapEmpty();
    }

    /** Frees the model once no job waits for it. */
    void free(String model) {
        lanes.free(model);
    }

    private boolean isBack(String model) {
        LaneStatus lane = lane(model);
        switch (lane.health().phase()) {
            case SERVING -> {
                return true;
            }
            case LOADING -> {}
            case UNLOADED -> lanes.load(model);
            case FAILED, QUARANTINED, STOPPED ->
                throw unavailable(lane.trouble().orElse("model " + model + " is not loaded; see GET /health"));
        }
        return false;
    }

    private LaneStatus lane(String model) {
        return lanes.lanes().stream()
                .filter(lane -> lane.model().equals(model))
                .findFirst()
                .orElseGet(() -> lanes.lanes().get(0));
    }

    private static ProblemException unavailable(String why) {
        return new ProblemException(Problem.unavailable("model_unavailable", why, "model"));
    }

    /** Whether it came true in that time. */
    private Future<Boolean> until(Exchange exchange, Duration limit, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return Future.succeededFuture(true);
        }
        Promise<Boolean> end = Promise.promise();
        long looksMax = limit.dividedBy(LOOK_EVERY);
        long[] looks = {0};
        long timer = vertx.setPeriodic(LOOK_EVERY.toMillis(), tick -> look(condition, ++looks[0] >= looksMax, end));
        exchange.whenGone(() -> end.tryComplete(false));
        return end.future().onComplete(over -> vertx.cancelTimer(timer));
    }

    private static void look(BooleanSupplier condition, boolean isLast, Promise<Boolean> end) {
        try {
            if (condition.getAsBoolean() || isLast) {
                end.tryComplete(condition.getAsBoolean());
            }
        } catch (ProblemException e) {
            end.tryFail(e);
        }
    }
}
