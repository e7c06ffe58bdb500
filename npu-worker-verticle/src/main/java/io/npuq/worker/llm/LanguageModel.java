package io.npuq.worker.llm;

import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import java.util.Set;

/**
 * A compiled language model.
 *
 * @param compiled stateful; its output {@code logits} is [1, positions or 1, vocabulary]
 * @param inputs names of its inputs
 * @param npu whether the NPU plugin runs it: it takes one prompt first, and then one token at a time
 * @param limits what fits
 */
record LanguageModel(CompiledModel compiled, Set<String> inputs, boolean npu, ContextLimits limits)
        implements AutoCloseable {
    /** A conversation from its start. */
    Session newSession(int tokensMax) {
        InferRequest request = compiled.newRequest();
        return new Session(this, request, tokensMax);
    }

    @Override
    public void close() {
        compiled.close();
    }
}
