package io.npuq.launcher.server;

import io.npuq.api.lanes.ReloadException;
import io.npuq.api.lanes.ReloadException.Reason;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.NpuWorkerVerticle;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.lane.EngineSource;
import io.npuq.worker.lane.Prepared;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts another model, or the same one read anew, in the place of the running one: loads it beside that on every lane that runs a model,
 * and only when it has loaded on all of them swaps it in. One change at a time, on a thread of its own.
 */
final class ModelChange {
    private static final Logger LOG = LoggerFactory.getLogger(ModelChange.class);

    /**
     * A lane that runs a model.
     *
     * @param lane the lane
     * @param sources makes its engines for a model
     */
    record ModelLane(NpuWorkerVerticle lane, Function<Installed, EngineSource> sources) {
        Prepared prepare(Installed installed) throws EngineException {
            return lane.prepare(sources.apply(installed));
        }
    }

    private final NpuqConfig config;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile String model;

    ModelChange(NpuqConfig config) {
        this.config = config;
        this.model = config.engine().model();
    }

    /**
     * Changes the model.
     *
     * @param wanted a directory or a name; empty for the present one
     * @return completes once jobs run on it everywhere; fails with a {@link ReloadException} when nothing has changed
     */
    CompletionStage<@Nullable Void> run(Optional<String> wanted, List<ModelLane> lanes) {
        if (lanes.isEmpty()) {
            return CompletableFuture.failedStage(new ReloadException(
                    Reason.NO_MODEL_LANE, "no lane of this npuq runs a model that could be changed"));
        }
        if (!underWay.compareAndSet(false, true)) {
            return CompletableFuture.failedStage(
                    new ReloadException(Reason.BUSY, "another model is being loaded; ask again when it has"));
        }
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> change(wanted.orElse(model), lanes, done), "model-change");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void change(String name, List<ModelLane> lanes, CompletableFuture<@Nullable Void> done) {
        try {
            List<Prepared> prepared = prepare(find(name), lanes);
            model = name;
            CompletableFuture.allOf(prepared.stream()
                            .map(one -> one.swapIn().toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            underWay.set(false);
            done.complete(null);
        } catch (RuntimeException | Error e) {
            underWay.set(false);
            done.completeExceptionally(e);
        }
    }

    private Installed find(String name) {
        try {
            NpuqHome home = new NpuqHome(config.home());
            return new Setup(home, System.getenv(), line -> LOG.info("{}", line))
                    .ensure(ReadyModel.known(home, name), config.engine().openvino());
        } catch (SetupException e) {
            throw new ReloadException(Reason.UNKNOWN_MODEL, e.getMessage() + "; nothing was changed");
        }
    }

    /** On every lane, or on none. */
    private static List<Prepared> prepare(Installed installed, List<ModelLane> lanes) {
        List<Prepared> prepared = new ArrayList<>();
        try {
            for (ModelLane lane : lanes) {
                prepared.add(lane.prepare(installed));
            }
            return prepared;
        } catch (EngineException e) {
            prepared.forEach(Prepared::close);
            throw new ReloadException(Reason.NOT_LOADED, e.getMessage() + "; nothing was changed");
        }
    }
}
