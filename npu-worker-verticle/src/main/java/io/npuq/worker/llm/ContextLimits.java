package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * What fits, in tokens.
 *
 * @param promptTokensMax longest prompt
 * @param totalTokensMax prompt and answer together
 */
record ContextLimits(int promptTokensMax, int totalTokensMax) {
    /** No limit is known. */
    static final ContextLimits NONE = new ContextLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** What the model was trained for, by its {@code config.json}; one position is left for the answer. */
    static ContextLimits of(ModelDirectory model) throws IOException {
        var config = model.file("config.json");
        if (!Files.exists(config)) {
            return NONE;
        }
        JsonNode positions = Json.MAPPER.readTree(Files.readAllBytes(config)).path("max_position_embeddings");
        return positions.canConvertToInt() && positions.intValue() > 1
                ? new ContextLimits(positions.intValue() - 1, positions.intValue())
                : NONE;
    }

    /** The same on the NPU, which compiles for fixed lengths, and is given no prompt longer than the limit. */
    ContextLimits onNpu(NpuProperties npu, int tokenLimit) {
        return new ContextLimits(
                Math.min(promptTokensMax, Math.min(npu.maxPromptLen(), tokenLimit)),
                Math.min(totalTokensMax, npu.maxPromptLen() + npu.minResponseLen()));
    }

    /** The longest prompt; null when no limit is known. */
    @Nullable
    Integer promptTokensMaxIfKnown() {
        return promptTokensMax == Integer.MAX_VALUE ? null : promptTokensMax;
    }

    /**
     * Refuses a prompt that does not fit, before it is fed.
     *
     * @throws EngineException {@code PROMPT_TOO_LONG}, with both numbers
     */
    void checkPrompt(int promptTokens, String device) throws EngineException {
        if (promptTokens > promptTokensMax) {
            throw new EngineException(
                    EngineException.Kind.PROMPT_TOO_LONG,
                    "the prompt has " + promptTokens + " tokens; " + device + " takes at most " + promptTokensMax
                            + ". Shorten the input, or let another device take it");
        }
    }

    /** How much of the wanted answer fits behind the prompt. */
    int answerTokens(int promptTokens, int wanted) {
        return Math.min(wanted, totalTokensMax - promptTokens);
    }
}
