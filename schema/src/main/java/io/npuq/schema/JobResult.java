package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job made.
 *
 * @param text the answer; for the JSON kinds, the object as text
 * @param json the object of the JSON kinds, or the value of a chat whose form is JSON; null for the others, and where the token bound cut it off
 * @param finishReason why generation ended
 * @param usage tokens, in and out
 * @param partial true when the job was cancelled or expired and this is what there was by then
 * @param embeddings of an embedding job, in the order of its texts; empty for the other kinds
 */
public record JobResult(
        String text,
        @Nullable JsonNode json,
        FinishReason finishReason,
        Usage usage,
        boolean partial,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Embedding> embeddings) {
    /** Takes JSON's null for none: Jackson reads an absent node as one. */
    @SuppressWarnings("RedundantNullCheck") // Jackson passes null for what a stored result lacks
    public JobResult {
        json = json == null || json.isNull() ? null : json;
        embeddings = embeddings == null ? List.of() : List.copyOf(embeddings);
    }

    /** A result without embeddings. */
    public JobResult(String text, @Nullable JsonNode json, FinishReason finishReason, Usage usage, boolean partial) {
        this(text, json, finishReason, usage, partial, List.of());
    }
}
