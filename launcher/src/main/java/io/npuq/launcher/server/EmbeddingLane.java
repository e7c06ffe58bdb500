package io.npuq.launcher.server;

import io.npuq.api.embedding.Embeddings;
import io.npuq.launcher.Main;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.embedding.CachedEmbeddings;
import io.npuq.worker.embedding.EmbeddingCache;
import io.npuq.worker.embedding.EncoderDirectory;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.lane.LaneSettings;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessSettings;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Embeddings, where the configuration names a model for them: a lane beside the others, and the cache between it and the API. */
public final class EmbeddingLane implements Embeddings {
    private final NpuqConfig config;
    private final EncoderDirectory model;
    private final EmbeddingCache cache;

    private EmbeddingLane(NpuqConfig config, EncoderDirectory model) {
        this.config = config;
        this.model = model;
        this.cache = new EmbeddingCache(config.embedding().cacheSize());
    }

    /**
     * The lane of this configuration; empty when it names no model.
     *
     * @throws StartException when it names one that is not there
     */
    public static Optional<EmbeddingLane> of(NpuqConfig config) throws StartException {
        Optional<String> named = config.embedding().model();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        try {
            NpuqHome home = new NpuqHome(config.home());
            Path directory = ModelName.locate(home, ReadyModel.known(home, named.get()))
                    .orElseGet(() -> Path.of(named.get()).toAbsolutePath());
            return Optional.of(new EmbeddingLane(config, EncoderDirectory.open(directory)));
        } catch (InvalidPathException | EngineException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Optional<String> refusal() {
        return Optional.empty();
    }

    @Override
    public Optional<Outcome.Succeeded> answer(JobRequest request) {
        return cache.answer(request);
    }

    /** What the lane is told, and what makes its engines. Its evidence has no busy counter: the NPU has no part in it. */
    public Engines.Plan plan(Path openVino) {
        Path cacheDir = config.engine().cacheDir();
        LaneSettings lane = new LaneSettings(
                Lane.EMBEDDING,
                LaneState.Role.FALLBACK,
                OptionalInt.empty(),
                config.embedding().device(),
                new LaneSettings.Model(model.name(), Optional.of(model.path()), Optional.of(cacheDir)),
                Optional.empty(),
                Optional.empty(),
                config.drainTimeout());
        ProcessSettings process = new ProcessSettings(
                EngineCommand.java(Engines.CHILD_OPTIONS, Main.class.getName(), List.of("engine", "--embedding")),
                new EmbeddingLaunch(openVino, model.path(), config.embedding().device(), cacheDir).json(),
                ProcessSettings.LOAD_TIMEOUT_DEFAULT,
                config.engine().inferenceTimeout());
        return new Engines.Plan(lane, () -> new CachedEmbeddings(new ProcessEngine(process), cache), Optional.empty());
    }
}
