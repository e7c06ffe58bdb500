package io.npuq.worker.llm;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.llm.guide.Guide;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A language model on OpenVINO, in this process. Loading and generating happen on one thread; counting tokens on any. */
public final class OpenVinoEngine implements Engine {
    private final OpenVinoInstall install;
    private final LlmSettings settings;
    private final Prompts prompts;
    private final LongSupplier nanos;
    private volatile @Nullable LoadedModel loaded;
    private volatile boolean closed;

    /**
     * Nothing is loaded yet.
     *
     * @param nanos a monotonic ticker, in nanoseconds
     */
    public OpenVinoEngine(OpenVinoInstall install, LlmSettings settings, Prompts prompts, LongSupplier nanos) {
        this.install = install;
        this.settings = settings;
        this.prompts = prompts;
        this.nanos = nanos;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (loaded != null || closed) {
            throw new IllegalStateException("the engine is " + (closed ? "closed" : "loaded already"));
        }
        Stopwatch watch = new Stopwatch(nanos);
        LoadedModel model = ModelLoader.load(settings, install, nanos);
        loaded = model;
        return model.info(settings.device(), watch.elapsedMs());
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        LoadedModel model = model();
        Stopwatch watch = new Stopwatch(nanos);
        try {
            int[] prompt = model.tokenizer().prompt(prompts.prompt(generation));
            model.limits().checkPrompt(prompt.length, model.deviceActual());
            try (Answer answer = new Answer(model, prompt, generation.maxNewTokens(), text, cancel, watch)) {
                return run(answer, prompt, generation);
            }
        } catch (OpenVinoException e) {
            throw new EngineException(
                    EngineException.Kind.GENERATION_FAILED,
                    "model \"" + model.name() + "\" failed on " + model.deviceActual() + ": " + e.getMessage(),
                    e);
        }
    }

    private static Generated run(Answer answer, int[] prompt, Generation generation) {
        Optional<Guide> guide = Guide.of(generation.kind());
        return guide.isPresent()
                ? new GuidedJson(answer, generation.sampling()).run(guide.get())
                : new FreeAnswer(answer, prompt, generation.sampling()).run();
    }

    /**
     * How many tokens the prompt of this generation has, by the model's own tokenizer. From any thread.
     *
     * @throws IllegalStateException before loading and after closing
     */
    public int promptTokens(Generation generation) {
        return model().tokenizer().prompt(prompts.prompt(generation)).length;
    }

    private LoadedModel model() {
        LoadedModel model = loaded;
        if (model == null || closed) {
            throw new IllegalStateException("the engine is " + (closed ? "closed" : "not loaded"));
        }
        return model;
    }

    @Override
    public void close() {
        closed = true;
        LoadedModel model = loaded;
        if (model != null) {
            model.close();
            loaded = null;
        }
    }
}
