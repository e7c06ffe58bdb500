package io.npuq.worker.llm;

import io.npuq.schema.JobKind;
import io.npuq.worker.engine.Generation;

/** Turns what is asked into the text that the model reads, chat template included. */
public interface Prompts {
    /** The whole prompt, ending where the answer begins. */
    String prompt(Generation generation);

    /** The answer as its kind wants it; text in a shape of its own stays as it is. */
    String shape(JobKind kind, String text);
}
