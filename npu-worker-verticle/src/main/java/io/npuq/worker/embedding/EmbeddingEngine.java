package io.npuq.worker.embedding;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encoder on OpenVINO, in this process: its generations are embeddings. Texts of like length go through the model together. A text
 * without any token, as a blank one is to some tokenizers, has a vector of zeros.
 */
public final class EmbeddingEngine implements Engine {
    private final Supplier<OpenVinoInstall> install;
    private final EncoderSettings settings;
    private final LongSupplier nanos;
    private @Nullable LoadedEncoder loaded;
    private boolean closed;

    /**
     * Nothing is loaded yet.
     *
     * @param install finds OpenVINO
     * @param nanos a monotonic ticker, in nanoseconds
     */
    public EmbeddingEngine(Supplier<OpenVinoInstall> install, EncoderSettings settings, LongSupplier nanos) {
        this.install = install;
        this.settings = settings;
        this.nanos = nanos;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (loaded != null || closed) {
            throw new IllegalStateException("the engine is " + (closed ? "closed" : "loaded already"));
        }
        Stopwatch watch = new Stopwatch(nanos);
        try {
            LoadedEncoder encoder = LoadedEncoder.load(settings, install.get());
            loaded = encoder;
            return encoder.info(settings.device(), watch.elapsedMs());
        } catch (OpenVinoException e) {
            throw new EngineException(Kind.MODEL_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        LoadedEncoder encoder = encoder();
        if (!(generation.input() instanceof JobInput.Texts input)) {
            throw new EngineException(
                    Kind.GENERATION_FAILED, "the embedding model \"" + encoder.name() + "\" does not generate text");
        }
        Stopwatch watch = new Stopwatch(nanos);
        try {
            List<TokenizedText> texts = encoder.tokenize(input.texts());
            List<Embedding> embeddings = embed(encoder, texts, cancel);
            int tokens = texts.stream().mapToInt(TokenizedText::tokens).sum();
            return new Generated(
                    "",
                    null,
                    embeddings.isEmpty() ? FinishReason.CANCELLED : FinishReason.STOP,
                    new Usage(tokens, 0),
                    null,
                    watch.elapsedMs(),
                    embeddings);
        } catch (OpenVinoException e) {
            throw new EngineException(
                    Kind.GENERATION_FAILED,
                    "the embedding model \"" + encoder.name() + "\" failed on " + settings.device() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** In the order of the texts; empty when it was cancelled. */
    private static List<Embedding> embed(LoadedEncoder encoder, List<TokenizedText> texts, CancelSignal cancel)
            throws EngineException {
        Embedding[] embeddings = new Embedding[texts.size()];
        for (int[] batch : Batches.of(texts)) {
            if (cancel.isSet()) {
                return List.of();
            }
            float[][] vectors = encoder.encoder()
                    .encode(Arrays.stream(batch).mapToObj(texts::get).toList());
            for (int i = 0; i < batch.length; i++) {
                embeddings[batch[i]] = embedding(encoder, texts.get(batch[i]), vectors[i]);
            }
        }
        for (int i = 0; i < embeddings.length; i++) {
            if (texts.get(i).tokens() == 0) {
                embeddings[i] = embedding(encoder, texts.get(i), new float[encoder.dimensions()]);
            }
        }
        return List.of(embeddings);
    }

    private static Embedding embedding(LoadedEncoder encoder, TokenizedText text, float[] vector)
            throws EngineException {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new EngineException(
                        Kind.GENERATION_FAILED,
                        "the embedding model \"" + encoder.name() + "\" answered with a number that is none");
            }
        }
        return new Embedding(EmbeddingVector.of(vector), text.tokens(), text.isTruncated(), false);
    }

    private LoadedEncoder encoder() {
        LoadedEncoder encoder = loaded;
        if (encoder == null || closed) {
            throw new IllegalStateException("the engine is " + (closed ? "closed" : "not loaded"));
        }
        return encoder;
    }

    @Override
    public void close() {
        closed = true;
        if (loaded != null) {
            loaded.close();
            loaded = null;
        }
    }
}
