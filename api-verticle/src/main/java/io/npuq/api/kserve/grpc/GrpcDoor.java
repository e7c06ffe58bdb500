package io.npuq.api.kserve.grpc;

import io.npuq.api.http.Keyring;
import io.npuq.api.http.LocalHosts;
import io.npuq.api.http.Problem;
import io.npuq.api.http.RequestCounter;
import io.npuq.api.http.Text;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What every call passes before its method is looked for: who may ask. The metadata of a call are the headers of its request. */
final class GrpcDoor implements Handler<HttpServerRequest> {
    /** What a supervisor asks that holds no key. */
    private static final Set<String> OPEN =
            Set.of("/inference.GRPCInferenceService/ServerLive", "/inference.GRPCInferenceService/ServerReady");

    private final LocalHosts hosts;
    private final Keyring keyring;
    private final RequestCounter counter;
    private final Handler<HttpServerRequest> calls;

    GrpcDoor(HttpConfig config, Keyring keyring, RequestCounter counter, Handler<HttpServerRequest> calls) {
        this.hosts = new LocalHosts(config);
        this.keyring = keyring;
        this.counter = counter;
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
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        if (!origins.stream().allMatch(origin -> hosts.isOwn(origin, authority.toString()))) {
            return Optional.of(Problem.of(403, "foreign_origin", "this call was sent by a web page of another origin"));
        }
        return OPEN.contains(request.path()) ? Optional.empty() : keyring.refusal(request.headers());
    }

    /** An answer without a message: its head says it all. */
    private void refuse(HttpServerRequest request, Problem problem) {
        counter.answered(RequestCounter.NO_ENDPOINT, GrpcStatuses.of(problem).name());
        request.response()
                .putHeader("Content-Type", "application/grpc")
                .putHeader("grpc-status", Integer.toString(GrpcStatuses.of(problem).code))
                .putHeader("grpc-message", GrpcStatuses.message(problem).replace("%", "%25"))
                .end();
    }
}
