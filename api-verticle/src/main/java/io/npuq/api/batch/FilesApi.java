package io.npuq.api.batch;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Download;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Query;
import io.npuq.api.http.Routes;
import io.npuq.schema.InvalidInputException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/files}. */
public final class FilesApi {
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int PAGE_MAX = 10_000;
    private static final String CONTENT_TYPE = "application/jsonl";
    private static final int UNREAD_BYTES_MAX = 1 << 20;

    private final Vertx vertx;
    private final Batches batches;
    private final Clock clock;
    private final Duration stallMax;
    private int uploads;

    /**
     * Serves the files of these batches.
     *
     * @param stallMax how long who fetches a file may take nothing
     */
    public FilesApi(Vertx vertx, Batches batches, Clock clock, Duration stallMax) {
        this.vertx = vertx;
        this.batches = batches;
        this.clock = clock;
        this.stallMax = stallMax;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        for (String root : List.of("/v1", "/v3")) {
            routes.at(root + "/files").postStream(this::upload).get(this::list);
            routes.at(root + "/files/:id").get(this::get).delete(this::delete);
            routes.at(root + "/files/:id/content").get(this::content);
        }
    }

    private Future<Answer> upload(Exchange exchange) {
        exchange.query();
        Upload upload = new Upload(vertx, exchange, batches.files().files(), clock);
        if (uploads >= BatchLimits.UPLOADS_MAX) {
            throw new ProblemException(Problem.of(
                            TOO_MANY,
                            "too_many_uploads",
                            BatchLimits.UPLOADS_MAX + " files are being sent already, which is the most; try again"
                                    + " when one has come")
                    .retryAfter(1));
        }
        uploads++;
        return upload.start(() -> uploads--).map(FilesApi::answer);
    }

    private Future<Answer> list(Exchange exchange) {
        Query query = exchange.query("limit", "after", "order", "purpose");
        int limit = query.integer("limit", 1, PAGE_MAX, PAGE_MAX);
        String order = query.text("order").orElse("desc");
        InvalidInputException.check(order.equals("asc") || order.equals("desc"), "order", "order must be asc or desc");
        Optional<String> purpose = query.text("purpose");
        List<StoredFile> found = batches.files()
                .files()
                .shelf()
                .page(
                        Pages.after(query, Ids.FILE),
                        limit + 1,
                        order.equals("asc"),
                        file -> batches.isThere(file)
                                && purpose.map(file.purpose()::equals).orElse(true));
        return Future.succeededFuture(Pages.of(found, limit, StoredFile::id, (json, file) -> file.write(json)));
    }

    private Future<Answer> get(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(answer(file(exchange)));
    }

    private Future<Answer> content(Exchange exchange) {
        exchange.query();
        StoredFile file = file(exchange);
        if (exchange.isHead()) {
            exchange.stream(CONTENT_TYPE, UNREAD_BYTES_MAX).end();
            return Future.future(never -> {});
        }
        return new Download(vertx, exchange, stallMax)
                .send(CONTENT_TYPE, CompletableFuture.completedStage(new FileSource(vertx, batches, file)));
    }

    private Future<Answer> delete(Exchange exchange) {
        exchange.query();
        exchange.noBody();
        String id = exchange.pathParameter("id");
        return exchange.onContext(batches.delete(id)).map(deleted -> {
            if (!deleted) {
                throw unknown();
            }
            return Answer.json(OK, JsonOut.object(json -> {
                json.writeStringField("id", id);
                json.writeStringField("object", "file");
                json.writeBooleanField("deleted", true);
            }));
        });
    }

    private StoredFile file(Exchange exchange) {
        return batches.file(exchange.pathParameter("id")).orElseThrow(FilesApi::unknown);
    }

    private static ProblemException unknown() {
        return new ProblemException(Problem.of(404, "file_not_found", "there is no file of this id", "id"));
    }

    private static Answer answer(StoredFile file) {
        return Answer.json(OK, JsonOut.bytes(file::write));
    }
}
