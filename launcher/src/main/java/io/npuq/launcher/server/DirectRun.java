package io.npuq.launcher.server;

import io.npuq.launcher.config.Configuration;
import io.npuq.schema.JobRequest;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.EngineConfig;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.lane.Attempt;
import io.npuq.worker.lane.AttemptRunner;
import io.npuq.worker.lane.BusyCounter;
import io.npuq.worker.lane.LoadedEngine;
import io.npuq.worker.lane.QuietWatch;
import io.npuq.worker.lane.StopSignal;
import io.npuq.worker.setup.Installed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An engine in this process, for a single job without a queue. */
public final class DirectRun implements AutoCloseable {
    private final EngineConfig config;
    private final Optional<Path> modelDir;
    private final LoadedEngine loaded;
    private final BusyCounter counter;

    private DirectRun(EngineConfig config, Optional<Path> modelDir, LoadedEngine loaded) {
        this.config = config;
        this.modelDir = modelDir;
        this.loaded = loaded;
        this.counter = BusyCounter.of(
                TestOverride.ofThisProcess().map(TestOverride::counterFile).or(config::busyCounter));
    }

    /**
     * Chooses the engine, sets up what it needs, and loads it.
     *
     * @param say takes lines for the user
     * @throws StartException when something that the user named is missing
     * @throws EngineException when the engine does not load
     */
    public static DirectRun load(Configuration configuration, Consumer<String> say)
            throws StartException, EngineException {
        EngineConfig config = configuration.npuq().engine();
        EngineChoice choice = new EngineChoice(configuration, say);
        Optional<Installed> installed = choice.installed();
        Engine engine = installed.isEmpty()
                ? EngineChoice.builtin()
                : choice.orBuiltin(() -> EngineLaunch.of(config, config.device(), installed.get())
                                .engine())
                        .get();
        LoadedEngine loaded = LoadedEngine.load(engine, TestOverride.ofThisProcess());
        return new DirectRun(config, installed.map(Installed::modelDir), loaded);
    }

    /**
     * Runs the job to its end; past the configured limit of one generation it is stopped.
     *
     * @throws EngineException when the device was lost
     */
    public Outcome run(JobRequest request) throws EngineException {
        StopSignal stop = new StopSignal();
        ScheduledThreadPoolExecutor timer = timer();
        Duration limit = config.inferenceTimeout();
        ScheduledFuture<?> unused =
                timer.schedule(() -> stop.stop(StopSignal.Cause.EXPIRED), limit.toNanos(), TimeUnit.NANOSECONDS);
        try {
            long beganTick = System.nanoTime();
            Attempt attempt = new Attempt(
                    request,
                    loaded.onlyRoute(request.device()),
                    1,
                    0,
                    loaded.info().loadMs(),
                    beganTick);
            return new AttemptRunner(loaded, counter, new QuietWatch(counter, System::nanoTime), System::nanoTime)
                    .run(attempt, text -> {}, stop);
        } finally {
            timer.shutdownNow();
        }
    }

    /** What a server's lane would say of itself. */
    public LaneStatus status() {
        return new LaneStatus(
                loaded.lane(),
                loaded.deviceActual(),
                loaded.info().model(),
                modelDir,
                modelDir.map(dir -> config.cacheDir()),
                LaneHealth.of(LanePhase.SERVING),
                Optional.of(loaded.initialLoadMs()),
                Optional.empty());
    }

    @Override
    public void close() {
        loaded.engine().close();
    }

    private static ScheduledThreadPoolExecutor timer() {
        return new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "run-limit");
            thread.setDaemon(true);
            return thread;
        });
    }
}
