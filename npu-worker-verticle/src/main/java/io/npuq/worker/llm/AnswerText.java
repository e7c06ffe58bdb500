package io.npuq.worker.llm;

/** Turns tokens into text as they come, whole characters only. */
interface AnswerText {
    /** For one answer of this model. */
    static AnswerText of(LoadedModel model) {
        return model.tokenBytes().makeTheText() ? new ByteText(model.tokenBytes()) : new WindowText(model.tokenizer());
    }

    /**
     * Adds a token.
     *
     * @return the text that is now whole; empty when there is none. A character that is never finished never comes out
     */
    String add(int token);
}
