package io.npuq.api.kserve;

import io.npuq.api.generate.Generations;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Endpoint;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.schema.InvalidInputException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The KServe v2 protocol over HTTP. */
public final class KserveApi {
    /** The header that says how much of a body is JSON, where tensors in binary form follow. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private static final int OK = 200;
    private static final List<String> BODY_TYPES = List.of("application/json", "application/octet-stream");

    private final Generations generations;
    private final Models models;

    /** Serves these jobs. */
    public KserveApi(Generations generations) {
        this.generations = generations;
        this.models = new Models(generations);
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/v2").get(whole(ServerJson::metadata));
        routes.at("/v2/health/live").get(whole(() -> ServerJson.flag("live")));
        routes.at("/v2/health/ready").get(whole(() -> {
            unless(models.ready(), "not every model is ready; GET /health says what each waits for");
            return ServerJson.flag("ready");
        }));
        for (String model : List.of("/v2/models/:model", "/v2/models/:model/versions/:version")) {
            routes.at(model).get(ofModel(ServerJson::metadata));
            routes.at(model + "/ready").get(ofModel(found -> {
                unless(found.ready(), "model " + found.name() + " is not ready; GET /health says what it waits for");
                return ServerJson.ready(found);
            }));
            routes.at(model + "/infer").post(this::infer);
        }
    }

    private Future<Answer> infer(Exchange exchange) {
        exchange.query();
        Model model = models.forJob(name(exchange), version(exchange));
        byte[] body = exchange.bytes(BODY_TYPES);
        Inference inference = InferenceJson.read(body, jsonBytes(exchange, body.length));
        InferenceAnswer answer = InferenceAnswer.to(inference, model, Asked.whole(inference, model));
        exchange.namesPriority(answer.asked().namesPriority());
        // In front of a binary answer stands its length: nothing can be written before it is known.
        Runnable whileWaiting = answer.binary() ? () -> {} : exchange::answerIsUnderWay;
        return generations.answer(exchange, answer.asked().job(), whileWaiting, answer::of);
    }

    private static int jsonBytes(Exchange exchange, int bodyBytes) {
        Optional<String> given = exchange.header(JSON_LENGTH);
        if (given.isEmpty()) {
            return bodyBytes;
        }
        int length = Text.wholeNumber(given.get());
        InvalidInputException.check(
                length >= 0 && length <= bodyBytes,
                JSON_LENGTH,
                JSON_LENGTH + " must be the length of the JSON at the beginning of the body, which has " + bodyBytes
                        + " bytes");
        return length;
    }

    private Endpoint ofModel(Function<Model, byte[]> body) {
        return exchange -> {
            exchange.query();
            return Future.succeededFuture(Answer.json(OK, body.apply(models.find(name(exchange), version(exchange)))));
        };
    }

    private static Endpoint whole(Supplier<byte[]> body) {
        return exchange -> {
            exchange.query();
            return Future.succeededFuture(Answer.json(OK, body.get()));
        };
    }

    private static void unless(boolean ready, String why) {
        if (!ready) {
            throw new ProblemException(Problem.unavailable("not_ready", why));
        }
    }

    private static String name(Exchange exchange) {
        return exchange.pathParameter("model");
    }

    private static String version(Exchange exchange) {
        return exchange.optionalPathParameter("version").orElse("");
    }
}
