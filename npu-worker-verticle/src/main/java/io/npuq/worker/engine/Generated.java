package io.npuq.worker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Embedding;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came out.
 *
 * @param text the answer
 * @param json the object of the JSON kinds, or the value of a chat whose form is JSON; null for the others and where the token bound cut it off
 * @param finishReason why it ended
 * @param usage tokens in and out
 * @param timeToFirstTokenMs from the engine's start of this generation to its first token; null when none came
 * @param generateMs from the engine's start of this generation to its end
 * @param embeddings of an embedding job, in the order of its texts; empty for the other kinds
 */
public record Generated(
        String text,
        @Nullable JsonNode json,
        FinishReason finishReason,
        Usage usage,
        @Nullable Double timeToFirstTokenMs,
        double generateMs,
        List<Embedding> embeddings) {
    /** Copies the list; Jackson passes null for an absent one. */
    @SuppressWarnings("RedundantNullCheck")
    public Generated {
        embeddings = embeddings == null ? List.of() : List.copyOf(embeddings);
    }

    /** An answer in text. */
    public Generated(
            String text,
            @Nullable JsonNode json,
            FinishReason finishReason,
            Usage usage,
            @Nullable Double timeToFirstTokenMs,
            double generateMs) {
        this(text, json, finishReason, usage, timeToFirstTokenMs, generateMs, List.of());
    }

    /** Whether the engine computed any of it; embeddings may all be known from before. */
    public boolean wasComputed() {
        return embeddings.isEmpty() || !embeddings.stream().allMatch(Embedding::cached);
    }
}
