package io.npuq.api;

import io.npuq.api.http.HttpLimits;
import io.npuq.api.http.Listener;
import io.npuq.api.http.Routes;
import io.npuq.api.jobs.JobsApi;
import io.npuq.api.worker.WorkerApi;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP server: every dialect over one queue. */
public final class ApiVerticle extends VerticleBase {
    private static final int PINGS_PER_IDLE_MAX = 4;

    private final JobQueue queue;
    private final HttpConfig config;
    private final Supplier<List<LaneStatus>> lanes;
    private final Supplier<OptionalLong> busyTimeUs;
    private final Clock clock;
    private final Duration connectionIdleMax;
    private @Nullable Listener listener;

    /**
     * Prepares the server.
     *
     * @param queue where jobs go; not closed by this verticle
     * @param config where to listen, and for whom
     * @param lanes every lane as it stands, the main one first; called on an event loop
     * @param busyTimeUs the NPU's busy counter now, in microseconds, where there is one; called on a worker thread
     * @param clock to say how long the oldest job has waited
     */
    public ApiVerticle(
            JobQueue queue,
            HttpConfig config,
            Supplier<List<LaneStatus>> lanes,
            Supplier<OptionalLong> busyTimeUs,
            Clock clock) {
        this(queue, config, lanes, busyTimeUs, clock, HttpLimits.CONNECTION_IDLE_MAX);
    }

    ApiVerticle(
            JobQueue queue,
            HttpConfig config,
            Supplier<List<LaneStatus>> lanes,
            Supplier<OptionalLong> busyTimeUs,
            Clock clock,
            Duration connectionIdleMax) {
        this.queue = queue;
        this.config = config;
        this.lanes = lanes;
        this.busyTimeUs = busyTimeUs;
        this.clock = clock;
        this.connectionIdleMax = connectionIdleMax;
    }

    /** Listens; fails with a {@link java.net.BindException} that names the address and what to do. */
    @Override
    public Future<?> start() {
        Listener made = new Listener(vertx, config, connectionIdleMax, this::dialects);
        listener = made;
        return made.listen();
    }

    /** Takes no more connections, gives open requests a moment to end, then closes all. */
    @Override
    public Future<?> stop() {
        return started().close();
    }

    /** The port that is listened on, also where the configuration says 0. */
    public int port() {
        return started().port();
    }

    private void dialects(Routes routes) {
        new JobsApi(
                        vertx,
                        queue,
                        () -> lanes.get().get(0),
                        clock,
                        connectionIdleMax.dividedBy(PINGS_PER_IDLE_MAX),
                        connectionIdleMax)
                .addTo(routes);
        new WorkerApi(vertx, queue, lanes, busyTimeUs, this::address, config.contractFallback()).addTo(routes);
    }

    private String address() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return host + ":" + port();
    }

    private Listener started() {
        Listener made = listener;
        if (made == null) {
            throw new IllegalStateException("the API is not deployed yet");
        }
        return made;
    }
}
