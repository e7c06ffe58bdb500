package io.npuq.api.kserve.grpc;

import io.npuq.api.http.LocalHosts;
import io.npuq.api.http.Problem;
import io.npuq.api.http.Text;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;

/** What every call passes before its method is looked for: who may ask. The metadata of a call are the headers of its request. */
final class GrpcDoor implements Handler<HttpServerRequest> {
    private final LocalHosts hosts;
    private final Handler<HttpServerRequest> calls;

    GrpcDoor(HttpConfig config, Handler<HttpServerRequest> calls) {
        this.hosts = new LocalHosts(config);
        this.calls = calls;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response()
                    .setStatusCode(505)
                    .putHeader("Content-Type", "text/plain")
                    .end("this port speaks gRPC, which is HTTP/2; HTTP is spoken on the other one\n");
            return;
        }
        Optional<Problem> refused = refusal(request);
        if (refused.isPresent()) {
            refuse(request, refused.get());
        } else {
            calls.handle(request);
        }
    }

    /** Why this call is not served; the one place where its metadata are looked at. */
    private Optional<Problem> refusal(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null || !hosts.serves(authority.toString())) {
            return Optional.of(Problem.of(
                    421,
                    "misdirected_request",
                    "this server does not answer for the host " + Text.echo(String.valueOf(authority))
                            + "; ask for localhost, or list the host in its configuration"));
        }
        return Optional.empty();
    }

    /** An answer without a message: its head says it all. */
    private static void refuse(HttpServerRequest request, Problem problem) {
        request.response()
                .putHeader("Content-Type", "application/grpc")
                .putHeader("grpc-status", Integer.toString(GrpcStatuses.of(problem).code))
                .putHeader("grpc-message", GrpcStatuses.message(problem).replace("%", "%25"))
                .end();
    }
}
