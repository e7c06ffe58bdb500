package io.npuq.api.ollama;

import io.npuq.api.generate.ServedModels;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.api.models.ModelInfo;
import io.npuq.api.models.Models;
import io.npuq.api.models.ModelsException;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** {@code /api/tags}, {@code /api/show}, {@code /api/pull}, {@code /api/delete} and {@code /api/copy}. */
public final class ModelsApi {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final byte[] NOTHING = {};

    private final Vertx vertx;
    private final Models models;
    private final ServedModels served;

    /**
     * Serves these models.
     *
     * @param lanes may run others too, which npuq was given by their directories
     */
    public ModelsApi(Vertx vertx, Models models, Supplier<List<LaneStatus>> lanes) {
        this.vertx = vertx;
        this.models = models;
        this.served = new ServedModels(lanes);
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/api/tags").get(this::tags);
        routes.at("/api/show").post(this::show);
        routes.at("/api/pull").post(this::pull);
        routes.at("/api/delete").delete(this::delete);
        routes.at("/api/copy").post(this::copy);
    }

    private Future<Answer> tags(Exchange exchange) {
        exchange.query();
        return answer(() -> Answer.json(OK, ModelJson.tags(all())));
    }

    /** Clients offer what is listed, and nothing else: so what is served must be, wherever it lies. */
    private List<ModelInfo> all() {
        List<ModelInfo> all = new ArrayList<>(models.list());
        for (LaneStatus lane : served.all()) {
            if (all.stream().noneMatch(model -> ServedModels.isNamed(lane, model.name()))) {
                elsewhere(lane).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparing(ModelInfo::name));
        return all;
    }

    private Optional<ModelInfo> elsewhere(LaneStatus lane) {
        return lane.modelPath().flatMap(path -> models.at(path, lane.model()));
    }

    private Future<Answer> show(Exchange exchange) {
        String name = name(RequestBody.read(exchange));
        return answer(() -> models.find(name)
                .or(() -> served.find(name).flatMap(this::elsewhere))
                .map(model -> Answer.json(OK, ModelJson.show(model)))
                .orElseThrow(() -> missing(name)));
    }

    private Future<Answer> delete(Exchange exchange) {
        String name = name(RequestBody.read(exchange));
        return answer(() -> {
            existing(name);
            models.delete(name);
            return Answer.json(OK, NOTHING);
        });
    }

    private Future<Answer> copy(Exchange exchange) {
        Fields body = RequestBody.read(exchange);
        String from = body.requiredText("source");
        String to = body.requiredText("destination");
        return answer(() -> {
            existing(from);
            models.copy(from, to);
            return Answer.json(OK, NOTHING);
        });
    }

    private Future<Answer> pull(Exchange exchange) {
        Fields body = RequestBody.read(exchange);
        String name = name(body);
        PullStream lines = new PullStream(exchange, body.truth("stream").orElse(true));
        return blocking(() -> models.pull(name, lines)).compose(lines::follow).recover(ModelsApi::refused);
    }

    private void existing(String name) {
        if (models.find(name).isEmpty()) {
            throw served.find(name).map(ModelsApi::foreign).orElseGet(() -> missing(name));
        }
    }

    private static ProblemException foreign(LaneStatus lane) {
        return new ProblemException(Problem.of(
                BAD_REQUEST,
                "model_unsuitable",
                "model \"" + lane.model()
                        + "\" lies in a directory that npuq was given, and is neither deleted nor copied there",
                "model"));
    }

    /** Older clients say {@code name}. */
    private static String name(Fields body) {
        return body.text("model")
                .or(() -> body.text("name"))
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> new InvalidInputException("model", "model is required"));
    }

    private Future<Answer> answer(Callable<Answer> work) {
        return blocking(work).recover(ModelsApi::refused);
    }

    private <T> Future<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    private static ProblemException missing(String name) {
        return new ProblemException(Problem.of(
                NOT_FOUND,
                "model_not_found",
                "model \"" + Text.echo(name) + "\" not found, try pulling it first",
                "model"));
    }

    private static Future<Answer> refused(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return Future.failedFuture(
                cause instanceof ModelsException refused ? new ProblemException(problem(refused)) : cause);
    }

    private static Problem problem(ModelsException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case NOT_FOUND -> Problem.of(NOT_FOUND, "model_not_found", message, "model");
            case DENIED -> Problem.of(FORBIDDEN, "model_denied", message, "model");
            case UNSUITABLE -> Problem.of(BAD_REQUEST, "model_unsuitable", message, "model");
            case CONFLICT -> Problem.of(CONFLICT, "model_conflict", message, "model");
            case PASSING -> Problem.unavailable("model_unavailable", message, "model");
        };
    }
}
