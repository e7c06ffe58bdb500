package io.npuq.api;

import io.npuq.api.backend.BackendApi;
import io.npuq.api.batch.BatchParts;
import io.npuq.api.batch.Batches;
import io.npuq.api.batch.BatchesApi;
import io.npuq.api.batch.FilesApi;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.embedding.Submitter;
import io.npuq.api.generate.Generations;
import io.npuq.api.generate.ToolUse;
import io.npuq.api.http.HttpLimits;
import io.npuq.api.http.Keyring;
import io.npuq.api.http.Listener;
import io.npuq.api.http.Routes;
import io.npuq.api.jobs.JobsApi;
import io.npuq.api.kserve.KserveApi;
import io.npuq.api.kserve.grpc.GrpcListener;
import io.npuq.api.kserve.grpc.InferenceService;
import io.npuq.api.lanes.LaneControl;
import io.npuq.api.lanes.LanesApi;
import io.npuq.api.live.LiveApi;
import io.npuq.api.metrics.MetricsApi;
import io.npuq.api.models.Models;
import io.npuq.api.ollama.ModelHold;
import io.npuq.api.ollama.ModelsApi;
import io.npuq.api.ollama.OllamaApi;
import io.npuq.api.openai.BatchCalls;
import io.npuq.api.openai.OpenAiApi;
import io.npuq.api.openai.ResponsesApi;
import io.npuq.api.openapi.OpenApi;
import io.npuq.api.reports.LatencyReports;
import io.npuq.api.reports.ReportsApi;
import io.npuq.api.ui.UiFiles;
import io.npuq.api.worker.WorkerApi;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.HttpConfig;
import io.npuq.schema.config.QueueConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The HTTP server, and gRPC beside it: every dialect over one queue. */
public final class ApiVerticle extends VerticleBase {
    private static final int PINGS_PER_IDLE_MAX = 4;

    private final JobQueue queue;
    private final QueueConfig queueConfig;
    private final HttpConfig config;
    private final LaneControl lanes;
    private final Embeddings embeddings;
    private final Models models;
    private final Telemetry telemetry;
    private final LatencyReports reports;
    private final Clock clock;
    private final Duration connectionIdleMax;
    private final Keyring keyring;
    private final BatchCalls batchCalls;
    private final Batches batches;
    private @Nullable Listener listener;
    private @Nullable GrpcListener grpc;

    /**
     * Prepares the server.
     *
     * @param queue where jobs go; not closed by this verticle
     * @param queueConfig of that queue: files and batches lie beside it, and are kept as long
     * @param config where to listen, and for whom
     * @param lanes every lane, and what can be asked of them
     * @param embeddings what is known of embeddings
     * @param models the models on disk, and how more of them come
     * @param telemetry hears of requests, and shows what it hears of the queue and the lanes
     * @param reports what the request log says of latency
     * @param clock to say how long the oldest job has waited
     */
    public ApiVerticle(
            JobQueue queue,
            QueueConfig queueConfig,
            HttpConfig config,
            LaneControl lanes,
            Embeddings embeddings,
            Models models,
            Telemetry telemetry,
            LatencyReports reports,
            Clock clock) {
        this(
                queue,
                queueConfig,
                config,
                lanes,
                embeddings,
                models,
                telemetry,
                reports,
                clock,
                HttpLimits.CONNECTION_IDLE_MAX);
    }

    ApiVerticle(
            JobQueue queue,
            QueueConfig queueConfig,
            HttpConfig config,
            LaneControl lanes,
            Embeddings embeddings,
            Models models,
            Telemetry telemetry,
            LatencyReports reports,
            Clock clock,
            Duration connectionIdleMax) {
        this.queue = queue;
        this.queueConfig = queueConfig;
        this.config = config;
        this.lanes = lanes;
        this.embeddings = embeddings;
        this.models = models;
        this.telemetry = telemetry;
        this.reports = reports;
        this.clock = clock;
        this.connectionIdleMax = connectionIdleMax;
        keyring = new Keyring(config.keys(), System::nanoTime);
        batchCalls = new BatchCalls(lanes::lanes, embeddings, lanes::takesTools);
        batches = new Batches(
                queueConfig.dataDir(),
                new BatchParts(
                        queue,
                        new Submitter(queue, embeddings),
                        batchCalls,
                        () -> lanes.lanes().get(0),
                        keyring::limits,
                        clock,
                        queueConfig.resultRetention()));
    }

    /**
     * Goes on with batches, and listens; fails with a {@link java.net.BindException} that names the address and what to do, or with an
     * {@link java.io.IOException} when files and batches cannot be read.
     */
    @Override
    public Future<?> start() {
        Generations generations = generations();
        Listener made = new Listener(
                vertx,
                config,
                keyring,
                telemetry.requests(),
                connectionIdleMax,
                routes -> dialects(routes, generations));
        listener = made;
        return Future.fromCompletionStage(batches.open(), context)
                .compose(opened -> made.listen())
                .compose(listens -> grpc(generations))
                .onFailure(cause -> batches.close());
    }

    private Future<Void> grpc(Generations generations) {
        if (config.grpcPort().isEmpty()) {
            return Future.succeededFuture();
        }
        GrpcListener made = new GrpcListener(
                vertx,
                config,
                config.grpcPort().getAsInt(),
                connectionIdleMax,
                keyring,
                telemetry.requests(),
                new InferenceService(vertx, generations, keyring, telemetry.requests()).calls());
        grpc = made;
        return made.listen();
    }

    /** Takes no more connections, gives open requests a moment to end, then closes all. */
    @Override
    public Future<?> stop() {
        GrpcListener calls = grpc;
        return Future.join(started().close(), calls == null ? Future.succeededFuture() : calls.close())
                .eventually(() -> Future.fromCompletionStage(batches.close(), context));
    }

    /**
     * From now on these keys and no others let requests in, over HTTP and gRPC alike; what is being answered goes on. From any thread.
     *
     * @param keys at least one: a server that wanted keys goes on to want them
     */
    public void changeKeys(List<ApiKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("without a key everybody would be let in");
        }
        keyring.change(keys);
    }

    /** The port that is listened on, also where the configuration says 0. */
    public int port() {
        return started().port();
    }

    /** The port that is listened on for gRPC; empty where there is none. */
    public OptionalInt grpcPort() {
        GrpcListener calls = grpc;
        return calls == null ? OptionalInt.empty() : OptionalInt.of(calls.port());
    }

    /** What is served over HTTP. */
    Routes routes() {
        return started().routes();
    }

    private Duration pingEvery() {
        return connectionIdleMax.dividedBy(PINGS_PER_IDLE_MAX);
    }

    private Generations generations() {
        return new Generations(vertx, queue, new Submitter(queue, embeddings), lanes::lanes, pingEvery());
    }

    private void dialects(Routes routes, Generations generations) {
        new JobsApi(vertx, queue, () -> lanes.lanes().get(0), embeddings, clock, pingEvery(), connectionIdleMax)
                .addTo(routes);
        new WorkerApi(vertx, generations, lanes::busyTimeUs, this::address, config.contractFallback()).addTo(routes);
        new LanesApi(vertx, queue, lanes, clock).addTo(routes);
        new MetricsApi(vertx, queue, queueConfig, lanes, telemetry.metrics(), clock).addTo(routes);
        ToolUse tools = new ToolUse(vertx, generations, lanes::takesTools);
        new OpenAiApi(generations, embeddings, tools, clock.instant()).addTo(routes);
        new ResponsesApi(queue, generations, tools).addTo(routes);
        new ModelsApi(vertx, models, generations::lanes).addTo(routes);
        new OllamaApi(vertx, generations, embeddings, tools, new ModelHold(vertx, lanes), models, clock).addTo(routes);
        new KserveApi(generations).addTo(routes);
        new BackendApi(generations, embeddings).addTo(routes);
        new FilesApi(vertx, batches, clock, connectionIdleMax).addTo(routes);
        new BatchesApi(batches, batchCalls).addTo(routes);
        new OpenApi(vertx).addTo(routes);
        new LiveApi(vertx, queue, lanes, telemetry.metrics().activity(), clock).addTo(routes);
        new ReportsApi(reports, clock).addTo(routes);
        new UiFiles(vertx).addTo(routes);
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
