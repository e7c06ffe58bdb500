package io.npuq.worker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Usage;
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
 */
public record Generated(
        String text,
        @Nullable JsonNode json,
        FinishReason finishReason,
        Usage usage,
        @Nullable Double timeToFirstTokenMs,
        double generateMs) {}
