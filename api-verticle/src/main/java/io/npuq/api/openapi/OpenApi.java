package io.npuq.api.openapi;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Routes;
import io.npuq.api.http.StaticFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** {@code /openapi.json}, and {@code /docs}, where people browse it. */
public final class OpenApi {
    private final Vertx vertx;
    private @Nullable Future<StaticFile> document;

    /** Serves the document. */
    public OpenApi(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/openapi.json").get(exchange -> answer(exchange, document()));
        routes.at("/docs").get(exchange -> answer(exchange, file("")));
        routes.at("/docs/:file").get(exchange -> answer(exchange, file(exchange.pathParameter("file"))));
    }

    private static Future<Answer> answer(Exchange exchange, Future<StaticFile> page) {
        exchange.query();
        return page.map(found -> found.answer(exchange));
    }

    /** Put together when it is first asked for: few ask, and it takes as long as half of a start. */
    private Future<StaticFile> document() {
        Future<StaticFile> made = document;
        if (made == null) {
            made = vertx.executeBlocking(DocsFiles::document, false);
            document = made;
        }
        return made;
    }

    private Future<StaticFile> file(String name) {
        return vertx.executeBlocking(() -> DocsFiles.file(name), false);
    }
}
