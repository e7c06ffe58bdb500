package io.npuq.worker.embedding;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.Embedding;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.Limits;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An embedding engine behind the cache: only texts that are not known go to it, each once, a few at a time. So a job that was lost with
 * its engine goes on where it was, and a cancel takes effect soon.
 */
public final class CachedEmbeddings implements Engine {
    /** Texts of one call: their vectors fit one message of the engine's pipe, and fill a processor. */
    static final int TEXTS_PER_CALL = 32;

    private final Engine engine;
    private final EmbeddingCache cache;
    private final int numbersMax;
    private @Nullable EngineInfo info;

    /** In front of that engine, which is not loaded yet. */
    public CachedEmbeddings(Engine engine, EmbeddingCache cache) {
        this(engine, cache, Limits.EMBEDDING_NUMBERS_MAX);
    }

    CachedEmbeddings(Engine engine, EmbeddingCache cache, int numbersMax) {
        this.engine = engine;
        this.cache = cache;
        this.numbersMax = numbersMax;
    }

    @Override
    public EngineInfo load() throws EngineException {
        EngineInfo loaded = engine.load();
        info = loaded;
        cache.loaded(loaded);
        return loaded;
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        EngineInfo model = info;
        if (model == null || !(generation.input() instanceof JobInput.Texts input)) {
            throw new IllegalStateException("this engine is not loaded, or was given what is no embedding job");
        }
        Map<String, Embedding> known = known(model, input.texts());
        double generateMs = 0;
        for (List<String> texts : missing(input.texts(), known)) {
            Generated made = engine.generate(
                    new Generation(generation.kind(), new JobInput.Texts(texts), 0, generation.sampling()),
                    text,
                    cancel);
            generateMs += made.generateMs();
            if (made.finishReason() == FinishReason.CANCELLED) {
                return new Generated("", null, FinishReason.CANCELLED, new Usage(null, null), null, generateMs);
            }
            checkSize(made.embeddings().get(0), input);
            for (int i = 0; i < texts.size(); i++) {
                known.put(texts.get(i), made.embeddings().get(i));
                cache.put(model, texts.get(i), made.embeddings().get(i));
            }
        }
        List<Embedding> all = input.texts().stream().map(known::get).toList();
        return new Generated("", null, FinishReason.STOP, EmbeddingCache.usage(all), null, generateMs, all);
    }

    private Map<String, Embedding> known(EngineInfo model, List<String> texts) {
        Map<String, Embedding> known = new HashMap<>();
        for (String text : texts) {
            cache.find(model, text).ifPresent(embedding -> known.put(text, embedding));
        }
        return known;
    }

    /** Shortest first, so that texts of one call are of like length and little of it is padding. */
    private static List<List<String>> missing(List<String> texts, Map<String, Embedding> known) {
        List<String> missing = texts.stream()
                .distinct()
                .filter(text -> !known.containsKey(text))
                .sorted(Comparator.comparingInt(String::length))
                .toList();
        List<List<String>> calls = new ArrayList<>();
        for (int from = 0; from < missing.size(); from += TEXTS_PER_CALL) {
            calls.add(missing.subList(from, Math.min(missing.size(), from + TEXTS_PER_CALL)));
        }
        return calls;
    }

    /** What is too large to be kept as a result is found out by the first vector, not by the last. */
    private void checkSize(Embedding first, JobInput.Texts input) throws EngineException {
        int dimensions = first.vector().dimensions();
        if ((long) dimensions * input.texts().size() > numbersMax) {
            throw new EngineException(
                    Kind.PROMPT_TOO_LONG,
                    "the job has " + input.texts().size() + " texts, and the model makes " + dimensions
                            + " numbers of each; send at most " + numbersMax / dimensions
                            + " texts in one job");
        }
    }

    @Override
    public CompletionStage<EngineLoss> lost() {
        return engine.lost();
    }

    @Override
    public void close() {
        engine.close();
    }
}
