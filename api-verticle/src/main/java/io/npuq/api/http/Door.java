package io.npuq.api.http;

import io.npuq.schema.Limits;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What every request passes before its route is looked for: who may ask, and how much may be sent. A body is read here, whole and
 * bounded, so that no endpoint ever waits for one; but for the paths that read theirs as it comes, with bounds of their own.
 */
final class Door implements Handler<RoutingContext> {
    private static final String CONTINUE = "100-continue";

    private final LocalHosts hosts;
    private final Keyring keyring;
    private final RequestCounter counter;
    private final BodyBudget budget = new BodyBudget();
    private final IdleConnections connections;
    private final Set<String> bodyStreams;

    Door(
            HttpConfig config,
            Keyring keyring,
            RequestCounter counter,
            IdleConnections connections,
            Set<String> bodyStreams) {
        hosts = new LocalHosts(config);
        this.counter = counter;
        this.keyring = keyring;
        this.connections = connections;
        this.bodyStreams = bodyStreams;
    }

    @Override
    public void handle(RoutingContext routing) {
        Exchange exchange = Exchange.of(routing, counter);
        HttpServerRequest request = routing.request();
        connections.begins(exchange);
        boolean streams = streamsBody(request);
        Optional<Problem> refused = misdirected(request)
                .or(() -> misunderstood(request))
                .or(() -> keyring.refusal(exchange))
                .or(() -> !streams && declaresTooMuch(request) ? Optional.of(BodyReader.TOO_LARGE) : Optional.empty());
        if (refused.isPresent()) {
            BodyReader.refuse(exchange, refused.get());
        } else if (streams) {
            exchange.bodyIsOpen();
            routing.next();
        } else if (hasBody(request)) {
            BodyReader.read(exchange, budget, () -> enter(exchange, routing));
        } else {
            enter(exchange, routing);
        }
    }

    private static void enter(Exchange exchange, RoutingContext routing) {
        exchange.served();
        routing.next();
    }

    /** Not for this server, or sent by a page of another one, whatever it asks. */
    private Optional<Problem> misdirected(HttpServerRequest request) {
        if (request.version() == null) {
            return Optional.of(Problem.of(400, "invalid_request", "only HTTP/1.1 and HTTP/1.0 are understood"));
        }
        List<String> host = request.headers().getAll(HttpHeaders.HOST);
        if (host.size() != 1) {
            return Optional.of(Problem.of(400, "invalid_host", "a request must carry exactly one Host header", "host"));
        }
        if (!hosts.serves(host.get(0))) {
            return Optional.of(Problem.of(
                    421,
                    "misdirected_request",
                    "this server does not answer for the host " + Text.echo(host.get(0))
                            + "; ask for localhost, or list the host in its configuration",
                    "host"));
        }
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        return origins.stream().allMatch(origin -> hosts.isOwn(origin, host.get(0)))
                ? Optional.empty()
                : Optional.of(Problem.of(
                        403,
                        "foreign_origin",
                        "this request was sent by a web page of another origin, " + Text.echo(origins.get(0))
                                + "; list its host in allowed_hosts if it is this server by another name",
                        "origin"));
    }

    private static Optional<Problem> misunderstood(HttpServerRequest request) {
        String expect = request.getHeader(HttpHeaders.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase(CONTINUE)) {
            return Optional.of(
                    Problem.of(417, "expectation_failed", "only Expect: 100-continue is understood", "expect"));
        }
        return Optional.empty();
    }

    /** By the path as it was sent: another spelling of it has its body read here, and its endpoint then takes it for unknown. */
    private boolean streamsBody(HttpServerRequest request) {
        return HttpMethod.POST.equals(request.method()) && bodyStreams.contains(request.path());
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** The decoder has checked the header: it is a number that a long holds. */
    private static boolean declaresTooMuch(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && Long.parseLong(length.trim()) > Limits.BODY_BYTES_MAX;
    }
}
