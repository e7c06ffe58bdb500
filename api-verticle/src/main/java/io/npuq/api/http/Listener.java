package io.npuq.api.http;

import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The listening socket, and what stands between it and the routes. */
public final class Listener {
    static {
        // Vert.x answers other HTTP versions with an empty 501 of its own, before any handler, unless WebSockets are
        // off for the whole
        // process. npuq has none, and without them each request is spared a look at its headers.
        System.setProperty("vertx.disableWebsockets", "true");
    }

    private final Vertx vertx;
    private final HttpConfig config;
    private final HttpServer server;
    private final Routes routes;
    private final IdleConnections connections;

    /**
     * Prepares to listen.
     *
     * @param keyring who may ask
     * @param counter told of every request
     * @param idleMax how long a connection may do nothing
     * @param dialects adds the routes
     */
    public Listener(
            Vertx vertx,
            HttpConfig config,
            Keyring keyring,
            RequestCounter counter,
            Duration idleMax,
            Consumer<Routes> dialects) {
        this.vertx = vertx;
        this.config = config;
        connections = new IdleConnections(vertx, idleMax);
        Router router = Router.router(vertx);
        Set<String> bodyStreams = new HashSet<>();
        router.route().handler(new Door(config, keyring, counter, connections, bodyStreams));
        routes = new Routes(router, bodyStreams, counter);
        dialects.accept(routes);
        server = vertx.createHttpServer(options(config))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> InvalidRequests.answer(request, counter))
                .requestHandler(router);
    }

    /** Listens. Fails with an {@link IOException} whose message names the address, or the files of TLS, and what to do. */
    public Future<Void> listen() {
        return tlsIsSound()
                .compose(sound -> server.listen()
                        .<Void>mapEmpty()
                        .recover(cause ->
                                Future.failedFuture(CannotListen.of(config.host(), config.port(), "--port", cause))))
                .onFailure(cause -> connections.stop());
    }

    /** Reading files and signing take their time. */
    private Future<Boolean> tlsIsSound() {
        return vertx.executeBlocking(() -> {
            if (config.tls().isPresent()) {
                Tls.check(vertx, config.tls().get());
            }
            return true;
        });
    }

    /** What is served. */
    public Routes routes() {
        return routes;
    }

    /** The port that is listened on; after {@link #listen}. */
    public int port() {
        return server.actualPort();
    }

    /** Takes no more connections, gives open requests a moment to end, then closes all. */
    public Future<Void> close() {
        connections.stop();
        return server.shutdown(HttpLimits.STOP_GRACE);
    }

    private static HttpServerOptions options(HttpConfig config) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setMaxInitialLineLength(HttpLimits.REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(HttpLimits.HEADER_BYTES_MAX)
                .setMaxChunkSize(HttpLimits.CHUNK_BYTES_MAX)
                .setTcpKeepAlive(true)
                .setHttp2ClearTextEnabled(false)
                // Answers are only ever written on the connection's own thread, which spares their locks.
                .setStrictThreadMode(true);
        return config.tls().map(files -> Tls.on(options, files)).orElse(options);
    }
}
