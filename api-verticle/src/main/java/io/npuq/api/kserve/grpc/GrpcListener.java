package io.npuq.api.kserve.grpc;

import io.npuq.api.http.CannotListen;
import io.npuq.api.http.HttpLimits;
import io.npuq.api.http.Keyring;
import io.npuq.api.http.RequestCounter;
import io.npuq.api.http.Tls;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The listening socket of gRPC. A connection that sends nothing for a while is closed, so each is asked for a sign of life now and then:
 * a client that waits for a job answers it by itself, one that is gone does not, and its calls end.
 */
public final class GrpcListener {
    private static final int PINGS_PER_IDLE_MAX = 4;
    private static final int CALLS_PER_CONNECTION_MAX = 100;
    private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

    private final Vertx vertx;
    private final HttpConfig config;
    private final int port;
    private final Duration pingEvery;
    private final HttpServer server;

    /**
     * Prepares to listen.
     *
     * @param port 0 takes a free one
     * @param idleMax how long a connection may send nothing, not even a sign of life
     * @param keyring who may call
     * @param counter told of the calls that are not let in
     */
    public GrpcListener(
            Vertx vertx,
            HttpConfig config,
            int port,
            Duration idleMax,
            Keyring keyring,
            RequestCounter counter,
            Handler<HttpServerRequest> calls) {
        this.vertx = vertx;
        this.config = config;
        this.port = port;
        this.pingEvery = idleMax.dividedBy(PINGS_PER_IDLE_MAX);
        server = vertx.createHttpServer(options(config, port, idleMax))
                .connectionHandler(this::opened)
                .requestHandler(new GrpcDoor(config, keyring, counter, calls));
    }

    /** Listens. Fails with a {@link BindException} whose message names the address and what to do. */
    public Future<Void> listen() {
        return server.listen()
                .<Void>mapEmpty()
                .recover(cause -> Future.failedFuture(CannotListen.of(config.host(), port, "--grpc-port", cause)));
    }

    /** The port that is listened on; after {@link #listen}. */
    public int port() {
        return server.actualPort();
    }

    /** Takes no more connections, gives open calls a moment to end, then closes all. */
    public Future<Void> close() {
        return server.shutdown(HttpLimits.STOP_GRACE);
    }

    private void opened(HttpConnection connection) {
        long timer = vertx.setPeriodic(Math.max(1, pingEvery.toMillis()), tick -> connection.ping(PING));
        connection.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    private static HttpServerOptions options(HttpConfig config, int port, Duration idleMax) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(port)
                .setTcpKeepAlive(true)
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(CALLS_PER_CONNECTION_MAX)
                        .setMaxHeaderListSize(HttpLimits.HEADER_BYTES_MAX))
                .setMaxInitialLineLength(HttpLimits.REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(HttpLimits.HEADER_BYTES_MAX)
                .setReadIdleTimeout(Math.toIntExact(Math.max(1, idleMax.toMillis())))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setStrictThreadMode(true);
        return config.tls().map(files -> Tls.onHttp2(options, files)).orElse(options);
    }
}
