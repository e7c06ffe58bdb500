package io.npuq.worker.embedding;

import io.npuq.schema.Embedding;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Outcome;
import io.npuq.schema.Sha256;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The vectors that were asked for latest, by model and text. It keeps no text, only hashes of them, so a long text takes no more room
 * than a short one. Any thread may use it.
 */
public final class EmbeddingCache {
    private static final float LOAD_FACTOR = 0.75f;
    private static final Timing NOTHING_RAN = new Timing(null, null, null, null, null, null);

    private final int entriesMax;
    /** By use: what was not asked for the longest comes first. */
    private final Map<String, Embedding> entries = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private volatile @Nullable EngineInfo model;

    /**
     * An empty cache.
     *
     * @param entriesMax most vectors that it keeps; 0 for none
     */
    public EmbeddingCache(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /**
     * The outcome of an embedding job all of whose texts are known, as vectors of the model that was loaded last: no device has a part in
     * it, and its evidence names none. Empty for every other job, and for one that is to be held back.
     */
    public Optional<Outcome.Succeeded> answer(JobRequest request) {
        EngineInfo loaded = model;
        if (loaded == null
                || !(request.input() instanceof JobInput.Texts input)
                || request.runAfter().isPresent()) {
            return Optional.empty();
        }
        List<Embedding> found = new ArrayList<>(input.texts().size());
        for (String text : input.texts()) {
            Optional<Embedding> known = find(loaded, text);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            found.add(known.get());
        }
        Usage usage = usage(found);
        JobResult result = new JobResult("", null, FinishReason.STOP, usage, false, found);
        return Optional.of(new Outcome.Succeeded(result, evidence(loaded, input.chars(), usage)));
    }

    static Usage usage(List<Embedding> embeddings) {
        return new Usage(embeddings.stream().mapToInt(Embedding::tokens).sum(), 0);
    }

    private static Evidence evidence(EngineInfo loaded, int chars, Usage usage) {
        return new Evidence(
                loaded.model(),
                loaded.modelDigest(),
                null,
                null,
                loaded.deviceRequested(),
                null,
                null,
                chars,
                usage.promptTokens(),
                0,
                usage.completionTokens(),
                NOTHING_RAN,
                null,
                null,
                null,
                null,
                0,
                Verdict.CACHED);
    }

    /** From now on jobs ask for this model's vectors. */
    void loaded(EngineInfo info) {
        model = info;
    }

    /** The vector of that text, marked as cached. */
    Optional<Embedding> find(EngineInfo of, String text) {
        String key = key(of, text);
        synchronized (entries) {
            return Optional.ofNullable(entries.get(key)).map(Embedding::asCached);
        }
    }

    void put(EngineInfo of, String text, Embedding embedding) {
        String key = key(of, text);
        synchronized (entries) {
            entries.put(key, embedding);
            if (entries.size() > entriesMax) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
    }

    private static String key(EngineInfo of, String text) {
        return Sha256.hex(Objects.requireNonNull(of.modelDigest(), "an embedding model has a digest") + text);
    }
}
