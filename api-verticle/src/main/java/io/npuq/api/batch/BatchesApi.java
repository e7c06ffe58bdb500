package io.npuq.api.batch;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Query;
import io.npuq.api.http.Routes;
import io.npuq.scheduler.Sender;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** {@code /v1/batches}. */
public final class BatchesApi {
    private static final int OK = 200;
    private static final int PAGE_MAX = 100;
    private static final int PAGE_DEFAULT = 20;

    private final Batches batches;
    private final LineCalls calls;

    /** Serves these batches. */
    public BatchesApi(Batches batches, LineCalls calls) {
        this.batches = batches;
        this.calls = calls;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        for (String root : List.of("/v1", "/v3")) {
            routes.at(root + "/batches").post(this::create).get(this::list);
            routes.at(root + "/batches/:id").get(this::get);
            routes.at(root + "/batches/:id/cancel").post(this::cancel);
        }
    }

    private Future<Answer> create(Exchange exchange) {
        exchange.query();
        Sender sender = exchange.sender();
        return exchange.onContext(batches.create(BatchRequest.read(exchange.json(), calls), sender))
                .map(BatchesApi::answer);
    }

    private Future<Answer> list(Exchange exchange) {
        Query query = exchange.query("limit", "after");
        int limit = query.integer("limit", 1, PAGE_MAX, PAGE_DEFAULT);
        List<Batch> found =
                batches.files().batches().page(Pages.after(query, Ids.BATCH), limit + 1, false, batch -> true);
        return Future.succeededFuture(Pages.of(found, limit, Batch::id, BatchJson::write));
    }

    private Future<Answer> get(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(answer(known(batches.files().batches().find(exchange.pathParameter("id")))));
    }

    private Future<Answer> cancel(Exchange exchange) {
        exchange.query();
        exchange.noBody();
        return exchange.onContext(batches.cancel(exchange.pathParameter("id"))).map(found -> answer(known(found)));
    }

    private static Batch known(Optional<Batch> found) {
        return found.orElseThrow(
                () -> new ProblemException(Problem.of(404, "batch_not_found", "there is no batch of this id", "id")));
    }

    private static Answer answer(Batch batch) {
        return Answer.json(OK, JsonOut.bytes(json -> BatchJson.write(json, batch)));
    }
}
