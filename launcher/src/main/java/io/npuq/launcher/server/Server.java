package io.npuq.launcher.server;

import io.npuq.api.ApiVerticle;
import io.npuq.api.Telemetry;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.lanes.LaneControl;
import io.npuq.api.metrics.Metrics;
import io.npuq.api.trace.Traces;
import io.npuq.launcher.config.ApiKeysFile;
import io.npuq.launcher.report.ReportProcesses;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.scheduler.postgres.PostgresJobQueue;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.NpuWorkerVerticle;
import io.npuq.worker.lane.LaneObserver;
import io.npuq.worker.models.HubSettings;
import io.npuq.worker.setup.NpuqHome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running npuq: the queue first, then HTTP, then the lanes. Jobs are accepted from the moment that HTTP is up, and wait until a
 * lane has loaded its model. It stops in the opposite order, so that nothing is answered that is not on disk.
 */
public final class Server implements LaneControl, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** Beyond the drain: closing connections and files. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final NpuqConfig config;
    private final JobQueue queue;
    private final Telemetry telemetry;
    private final Vertx vertx;
    private final Consumer<Throwable> fatal;
    private final ApiVerticle api;
    private final ModelChange models;
    private final LaneObserver laneObserver = new LaneObserver() {
        @Override
        public void idled(long nanos) {
            telemetry.metrics().idleGap(nanos);
        }

        @Override
        public void loaded(Lane lane, long beganTick, long endedTick) {
            telemetry.traces().loaded(lane, beganTick, endedTick);
        }
    };
    private final ToolTemplates toolTemplates = new ToolTemplates();
    private final List<NpuWorkerVerticle> lanes = new CopyOnWriteArrayList<>();
    private final List<ModelChange.ModelLane> modelLanes = new CopyOnWriteArrayList<>();
    private final List<String> deployments = new CopyOnWriteArrayList<>();

    private Server(
            NpuqConfig config,
            JobQueue queue,
            Telemetry telemetry,
            Embeddings embeddings,
            HubSettings hub,
            Consumer<Throwable> fatal) {
        this.config = config;
        this.queue = queue;
        this.telemetry = telemetry;
        this.fatal = fatal;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        StoredModels stored =
                new StoredModels(new NpuqHome(config.home()), hub, this::runs, Clock.system(ZoneId.systemDefault()));
        this.api = new ApiVerticle(
                queue,
                config.queue(),
                config.http(),
                this,
                embeddings,
                stored,
                telemetry,
                new ReportProcesses(config.queue().dataDir(), config.store()),
                Clock.systemUTC());
        this.models = new ModelChange(config);
    }

    /**
     * Opens the queue and listens. No lane runs yet.
     *
     * @param embeddings what the API is to know of them
     * @param fatal told when the process must end, because nobody knows any more what is on disk, or because of a bug
     * @throws StartException when the data directory or the address cannot be used
     */
    public static Server start(NpuqConfig config, Embeddings embeddings, Consumer<Throwable> fatal)
            throws StartException {
        Telemetry telemetry = new Telemetry(new Metrics(), traces(config));
        JobQueue queue;
        HubSettings hub;
        try {
            hub = HubSettings.of(System.getenv());
            queue = queue(config, fatal, telemetry.jobs());
        } catch (InvalidInputException | QueueUnavailableException e) {
            telemetry.traces().close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        Server server = new Server(config, queue, telemetry, embeddings, hub, fatal);
        try {
            deployed(server.vertx.deployVerticle(server.api));
        } catch (CompletionException e) {
            server.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartException(String.valueOf(cause.getMessage()), e);
        }
        return server;
    }

    private static JobQueue queue(NpuqConfig config, Consumer<Throwable> fatal, QueueObserver observer) {
        return config.store().isPresent()
                ? PostgresJobQueue.open(
                        config.queue(), config.store().get(), version(), System::nanoTime, fatal, observer)
                : EmbeddedJobQueue.open(config.queue(), Clock.systemUTC(), System::nanoTime, fatal, observer);
    }

    private static String version() {
        return String.valueOf(Server.class.getPackage().getImplementationVersion());
    }

    /** Where it listens. */
    public String url() {
        return (config.http().tls().isEmpty() ? "http://" : "https://") + address(api.port());
    }

    /** Where it listens for gRPC, as host and port; empty where it does not. */
    public Optional<String> grpcAddress() {
        OptionalInt port = api.grpcPort();
        return port.isEmpty() ? Optional.empty() : Optional.of(address(port.getAsInt()));
    }

    private String address(int port) {
        String host = config.http().host();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What its main lane runs on, or is to run on. */
    public String device() {
        return laneStatus().device();
    }

    /** Sets the lanes to work, the main one first; returns before their models are loaded. */
    public void startLanes(List<Engines.Plan> plans) {
        for (Engines.Plan plan : plans) {
            NpuWorkerVerticle verticle = new NpuWorkerVerticle(queue, plan.lane(), plan.engines(), fatal, laneObserver);
            deployments.add(deployed(vertx.deployVerticle(verticle)));
            lanes.add(verticle);
            plan.models().ifPresent(sources -> modelLanes.add(new ModelChange.ModelLane(verticle, sources)));
        }
    }

    /** Takes over what changes in that file from now on. */
    public void followKeys(ApiKeysFile file) {
        new KeysWatch(vertx, file, config.http().keys(), api::changeKeys).start();
    }

    /** Refuses work, lets the running job end, then closes everything; what does not end in its time is left behind. */
    @Override
    public void close() {
        queue.stopAccepting();
        List<Future<Void>> ending = deployments.stream().map(vertx::undeploy).toList();
        ending.forEach(lane -> end("lane", lane));
        end("server", vertx.close());
        queue.close();
        telemetry.traces().close();
    }

    private void end(String what, Future<?> ending) {
        try {
            ending.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(config.drainTimeout().plus(STOP_GRACE).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            LOG.warn("the {} did not end in order: {}", what, String.valueOf(e.getCause()));
        }
    }

    private static Traces traces(NpuqConfig config) throws StartException {
        if (config.otlpEndpoint().isEmpty()) {
            return Traces.OFF;
        }
        try {
            return Traces.to(config.otlpEndpoint().get());
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private LaneStatus laneStatus() {
        return lanes().get(0);
    }

    @Override
    public List<LaneStatus> lanes() {
        return lanes.isEmpty()
                ? List.of(notYet())
                : lanes.stream().map(NpuWorkerVerticle::status).toList();
    }

    @Override
    public CompletionStage<List<LaneStatus>> reload(Optional<String> model) {
        return models.run(model, List.copyOf(modelLanes)).thenApply(changed -> lanes());
    }

    @Override
    public boolean takesTools() {
        return toolTemplates.takesTools(laneStatus());
    }

    @Override
    public OptionalLong busyTimeUs() {
        return lanes.isEmpty() ? OptionalLong.empty() : lanes.get(0).busyTimeUs();
    }

    /** Also while a lane has put its model aside: it comes back with the next job. Until there are lanes, any model may be theirs. */
    private boolean runs(Path model) {
        return lanes.isEmpty()
                || lanes.stream()
                        .flatMap(lane -> lane.status().modelPath().stream())
                        .anyMatch(path -> isSame(path, model));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return one.equals(other);
        }
    }

    @Override
    public void free(String model) {
        running(model).forEach(NpuWorkerVerticle::free);
    }

    @Override
    public void load(String model) {
        running(model).forEach(NpuWorkerVerticle::load);
    }

    private Stream<NpuWorkerVerticle> running(String model) {
        return lanes.stream().filter(lane -> lane.status().model().equals(model));
    }

    /** Nobody knows yet what AUTO will be: until then, nothing is promised to run on an NPU. */
    private LaneStatus notYet() {
        return new LaneStatus(
                config.engine().device() == DeviceChoice.NPU ? Lane.NPU : Lane.CPU,
                config.engine().device().wire(),
                config.engine().model(),
                Optional.empty(),
                Optional.of(config.engine().cacheDir()),
                LaneHealth.of(LanePhase.LOADING),
                Optional.empty(),
                Optional.empty());
    }

    /** However long a busy machine takes for it. */
    private static <T> T deployed(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
