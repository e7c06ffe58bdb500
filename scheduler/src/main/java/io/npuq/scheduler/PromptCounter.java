package io.npuq.scheduler;

import io.npuq.schema.JobRequest;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/** Counts the tokens of prompts, by the model's own tokenizer. From any thread; does not block. */
@FunctionalInterface
public interface PromptCounter {
    /**
     * How many tokens the prompt of that job has; empty where nobody can tell now, and where the prompt is short enough to be taken
     * anywhere. The stage does not fail.
     */
    CompletionStage<OptionalInt> promptTokens(JobRequest request);
}
