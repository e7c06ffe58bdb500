package io.npuq.api.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which endpoint serves which path and method. One route a path, so that a known path with another method is a 405 that says what is
 * allowed, and {@code HEAD} is there wherever {@code GET} is. Routes are tried in the order in which they were added: the busiest first.
 */
public final class Routes {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_FAULT = 500;

    private final Router router;
    private final Set<String> bodyStreams;
    private final RequestCounter counter;
    private final Map<String, PathRoute> paths = new LinkedHashMap<>();

    Routes(Router router, Set<String> bodyStreams, RequestCounter counter) {
        this.router = router;
        this.counter = counter;
        this.bodyStreams = bodyStreams;
        router.errorHandler(BAD_REQUEST, this::badRequest);
        router.errorHandler(NOT_FOUND, this::notFound);
        router.errorHandler(SERVER_FAULT, routing -> failed(exchange(routing), routing.failure()));
    }

    /** Starts a path; {@code :name} stands for one piece of it. */
    public PathRoute at(String path) {
        PathRoute route = new PathRoute(path);
        paths.put(path, route);
        router.route(path).handler(route::serve);
        return route;
    }

    /** Every path as it was added, with the names of its methods. */
    public Map<String, Set<String>> table() {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        paths.forEach((path, route) -> table.put(path, route.methods()));
        return table;
    }

    /** The methods of one path. */
    public final class PathRoute {
        private final Map<HttpMethod, Endpoint> endpoints = new LinkedHashMap<>();
        private final String path;

        private PathRoute(String path) {
            this.path = path;
        }

        /** Serves GET, and HEAD with it. */
        public PathRoute get(Endpoint endpoint) {
            endpoints.put(HttpMethod.GET, endpoint);
            endpoints.put(HttpMethod.HEAD, endpoint);
            return this;
        }

        /** Serves POST. */
        public PathRoute post(Endpoint endpoint) {
            endpoints.put(HttpMethod.POST, endpoint);
            return this;
        }

        /** Serves DELETE. */
        public PathRoute delete(Endpoint endpoint) {
            endpoints.put(HttpMethod.DELETE, endpoint);
            return this;
        }

        /** Serves POST, and leaves the body to the endpoint, which reads it with a {@link LineReader} or a {@link FormReader}. The path must be a fixed one. */
        public PathRoute postStream(Endpoint endpoint) {
            bodyStreams.add(path);
            return post(endpoint);
        }

        private void serve(RoutingContext routing) {
            Exchange exchange = exchange(routing);
            exchange.at(path);
            Endpoint endpoint = endpoints.get(routing.request().method());
            if (endpoint == null) {
                exchange.send(wrongMethod());
            } else {
                answer(path, exchange, endpoint);
            }
        }

        private Set<String> methods() {
            Set<String> names = new TreeSet<>();
            endpoints.keySet().forEach(method -> names.add(method.name()));
            return names;
        }

        private Answer wrongMethod() {
            String names = String.join(", ", methods());
            Problem problem =
                    Problem.of(405, "method_not_allowed", "this path takes " + names + ", no other method", "method");
            return Answer.json(problem.status(), ErrorShape.FLAT.render(problem))
                    .with("Allow", names);
        }
    }

    private static void answer(String path, Exchange exchange, Endpoint endpoint) {
        Future<Answer> answer;
        try {
            AdminPaths.check(path, exchange);
            answer = endpoint.answer(exchange);
        } catch (RuntimeException e) {
            failed(exchange, e);
            return;
        }
        answer.onComplete(exchange::send, cause -> failed(exchange, cause));
    }

    private static void failed(Exchange exchange, Throwable thrown) {
        exchange.send(Failures.problem(thrown, exchange));
    }

    private Exchange exchange(RoutingContext routing) {
        return Exchange.of(routing, counter);
    }

    private void badRequest(RoutingContext routing) {
        exchange(routing)
                .send(Problem.of(400, "invalid_request", "the request's path or Host header cannot be read", "path"));
    }

    private void notFound(RoutingContext routing) {
        Problem problem = Problem.of(NOT_FOUND, "not_found", "not found");
        exchange(routing).send(Answer.json(problem.status(), ErrorShape.FLAT.render(problem)));
    }
}
