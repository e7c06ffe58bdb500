package io.npuq.worker.llm;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.Sampling;
import io.npuq.schema.shape.JsonShape;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.llm.guide.Guide;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.prompt.ChatTemplateException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A language model on OpenVINO, in this process. Loading and generating happen on one thread; counting tokens on any. */
public final class OpenVinoEngine implements Engine {
    private final Supplier<OpenVinoInstall> install;
    private final LlmSettings settings;
    private final Supplier<Prompts> promptsOfModel;
    private final LongSupplier nanos;
    private volatile @Nullable LoadedModel loaded;
    private volatile @Nullable Prompts prompts;
    private volatile Calibration calibration = Calibration.NONE;
    private final PreparedPrompt prepared = new PreparedPrompt();
    private volatile boolean closed;

    /**
     * Nothing is loaded yet.
     *
     * @param install finds OpenVINO
     * @param promptsOfModel reads how prompts are made for this model, once it is loaded
     * @param nanos a monotonic ticker, in nanoseconds
     */
    public OpenVinoEngine(
            Supplier<OpenVinoInstall> install,
            LlmSettings settings,
            Supplier<Prompts> promptsOfModel,
            LongSupplier nanos) {
        this.install = install;
        this.settings = settings;
        this.promptsOfModel = promptsOfModel;
        this.nanos = nanos;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (loaded != null || closed) {
            throw new IllegalStateException("the engine is " + (closed ? "closed" : "loaded already"));
        }
        Stopwatch watch = new Stopwatch(nanos);
        LoadedModel model = ModelLoader.load(settings, install(), nanos);
        loaded = model;
        try {
            Prompts read = promptsOfModel.get();
            prompts = read;
            calibration = Calibration.of(model, read, nanos);
        } catch (ChatTemplateException e) {
            close();
            throw new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
        return model.info(settings.device(), watch.elapsedMs());
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        LoadedModel model = model();
        Stopwatch watch = new Stopwatch(nanos);
        try {
            int[] prompt = prepared.take(generation).orElseGet(() -> tokens(generation));
            model.limits().checkPrompt(prompt.length, model.deviceActual());
            try (Answer answer = new Answer(model, prompt, generation.maxNewTokens(), text, cancel, watch)) {
                return run(answer, prompt, generation);
            }
        } catch (OpenVinoException e) {
            throw new EngineException(
                    model.language().stillRuns()
                            ? EngineException.Kind.GENERATION_FAILED
                            : EngineException.Kind.ENGINE_LOST,
                    "model \"" + model.name() + "\" failed on " + model.deviceActual() + ": " + e.getMessage(),
                    e);
        }
    }

    private Generated run(Answer answer, int[] prompt, Generation generation) {
        Sampling sampling = generation.sampling();
        Optional<JsonShape> shape = generation.format().shape();
        if (shape.isPresent()) {
            return GuidedJson.run(answer, shape.get(), prompt, sampling);
        }
        Optional<Guide> guide = Guide.of(generation.kind(), generation.input());
        return guide.isPresent()
                ? GuidedJson.run(
                        answer, guide.get(), sampling, (part, logits, allowed) -> calibration.apply(part, logits))
                : shaped(generation, new FreeAnswer(answer, prompt, sampling, Form.of(generation.kind())).run());
    }

    /** The prompt as the model reads it. */
    private int[] tokens(Generation generation) {
        return model().tokenizer().prompt(prompts().prompt(generation));
    }

    @Override
    public void prepare(Generation next) {
        tokensOrNone(next).ifPresent(prompt -> prepared.put(next, prompt));
    }

    @Override
    public CompletionStage<OptionalInt> promptTokens(Generation generation) {
        OptionalInt counted = tokensOrNone(generation)
                .map(prompt -> OptionalInt.of(prompt.length))
                .orElseGet(OptionalInt::empty);
        return CompletableFuture.completedStage(counted);
    }

    private Optional<int[]> tokensOrNone(Generation generation) {
        try {
            return Optional.of(tokens(generation));
        } catch (IllegalStateException | ChatTemplateException | OpenVinoException e) {
            // It is not loaded or is being closed; or the template refuses the conversation, which the attempt will
            // say.
            return Optional.empty();
        }
    }

    private OpenVinoInstall install() throws EngineException {
        try {
            return install.get();
        } catch (OpenVinoException e) {
            throw new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private Generated shaped(Generation generation, Generated free) {
        return new Generated(
                prompts().shape(generation.kind(), free.text()),
                free.json(),
                free.finishReason(),
                free.usage(),
                free.timeToFirstTokenMs(),
                free.generateMs());
    }

    private Prompts prompts() {
        Prompts read = prompts;
        if (read == null) {
            throw new IllegalStateException("the engine is not loaded");
        }
        return read;
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
