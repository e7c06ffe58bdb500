package io.npuq.api.ui;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.api.http.StaticFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.regex.Pattern;

/** {@code /ui}: the page and the files that it consists of, which hold no data of anybody's. */
public final class UiFiles {
    private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z]+)*\\.(js|css|svg)");

    private final Vertx vertx;

    /** Serves them. */
    public UiFiles(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/ui").get(exchange -> file(exchange, "index.html"));
        routes.at("/ui/:file").get(exchange -> file(exchange, known(exchange.pathParameter("file"))));
    }

    private Future<Answer> file(Exchange exchange, String name) {
        exchange.query();
        return vertx.executeBlocking(() -> StaticFile.ofResource(UiFiles.class, name), false)
                .map(file -> file.answer(exchange));
    }

    private static String known(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ProblemException(Problem.of(404, "not_found", "not found"));
        }
        return name;
    }
}
