package io.npuq.worker.llm;

import io.npuq.worker.engine.Generation;

/** Turns what is asked into the text that the model reads, chat template included. */
@FunctionalInterface
public interface Prompts {
    /** The whole prompt, ending where the answer begins. */
    String prompt(Generation generation);
}
