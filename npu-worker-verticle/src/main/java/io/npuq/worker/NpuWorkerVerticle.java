package io.npuq.worker;

import io.npuq.scheduler.JobQueue;
import io.npuq.schema.LaneStatus;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.lane.EngineSource;
import io.npuq.worker.lane.LaneLoop;
import io.npuq.worker.lane.LaneObserver;
import io.npuq.worker.lane.LaneSettings;
import io.npuq.worker.lane.Prepared;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The main lane, whatever its device, as a verticle. Its work is done on a thread of the lane's own: deploying it does not wait for the
 * model, and nothing here blocks an event loop.
 */
public final class NpuWorkerVerticle extends VerticleBase {
    private final JobQueue queue;
    private final LaneSettings settings;
    private final Supplier<Engine> engines;
    private final Consumer<Throwable> fatal;
    private final LaneObserver observer;
    private volatile @Nullable LaneLoop lane;

    /**
     * A lane to be deployed once.
     *
     * @param engines makes a new engine, not loaded yet
     * @param fatal told once, on any thread, when the lane cannot go on
     * @param observer told of what it does
     */
    public NpuWorkerVerticle(
            JobQueue queue,
            LaneSettings settings,
            Supplier<Engine> engines,
            Consumer<Throwable> fatal,
            LaneObserver observer) {
        this.queue = queue;
        this.settings = settings;
        this.engines = engines;
        this.fatal = fatal;
        this.observer = observer;
    }

    @Override
    public Future<?> start() {
        lane = LaneLoop.start(queue, settings, engines, System::nanoTime, fatal, observer);
        return Future.succeededFuture();
    }

    /** Takes no more jobs; completes when the running one has ended, or was given back at the end of its time. */
    @Override
    public Future<?> stop() {
        return Future.fromCompletionStage(started().stop(settings.drainTimeout()), context);
    }

    /**
     * Loads an engine from another source beside the present one. Blocks; once deployed.
     *
     * @throws EngineException when it does not load; then nothing has changed
     */
    public Prepared prepare(EngineSource source) throws EngineException {
        return started().prepare(source);
    }

    /** Frees the model once no job waits for it; the next one loads it again. Once deployed. */
    public void free() {
        started().free();
    }

    /** Loads the model again, where it was freed, before a job asks for it. Once deployed. */
    public void load() {
        started().load();
    }

    /** How the lane is now; from any thread, once deployed. */
    public LaneStatus status() {
        return started().status();
    }

    /** The NPU's busy counter now, in microseconds; empty where there is none. Once deployed; reads a file. */
    public OptionalLong busyTimeUs() {
        return started().busyTimeUs();
    }

    private LaneLoop started() {
        LaneLoop running = lane;
        if (running == null) {
            throw new IllegalStateException("the lane is not deployed");
        }
        return running;
    }
}
