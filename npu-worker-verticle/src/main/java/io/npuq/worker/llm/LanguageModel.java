package io.npuq.worker.llm;

import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.OpenVinoException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled language model: stateful, its output {@code logits} is [1, positions or 1, vocabulary]. One conversation at a time. */
final class LanguageModel implements AutoCloseable {
    private final CompiledModel compiled;
    private final Set<String> inputs;
    private final boolean npu;
    private final ContextLimits limits;
    private @Nullable InferRequest kept;

    /**
     * Owns the compiled model.
     *
     * @param npu whether the NPU plugin runs it
     * @param limits what fits
     */
    LanguageModel(CompiledModel compiled, boolean npu, ContextLimits limits) {
        this.compiled = compiled;
        this.inputs = compiled.inputNames();
        this.npu = npu;
        this.limits = limits;
    }

    /** Whether it has an input of that name. */
    boolean takes(String input) {
        return inputs.contains(input);
    }

    /** Whether the NPU plugin runs it: it takes one prompt first, and then one token at a time. */
    boolean isNpu() {
        return npu;
    }

    ContextLimits limits() {
        return limits;
    }

    /** What executes it, by OpenVINO's own word. */
    String executionDevices() {
        return compiled.executionDevices();
    }

    /** Whether it was read from the cache; empty where the device does not say. */
    Optional<Boolean> loadedFromCache() {
        return compiled.loadedFromCache();
    }

    /** Feeds one token, to tell a device that is gone from a job that failed. */
    boolean stillRuns() {
        try {
            run();
            return true;
        } catch (OpenVinoException e) {
            return false;
        }
    }

    /**
     * Feeds one token: a device may compile a model and then not run it.
     *
     * @throws OpenVinoException when it does not run
     */
    void run() {
        try (Session session = newSession(1)) {
            session.feed(0);
            session.infer();
        }
    }

    /** A conversation from its start. */
    Session newSession(int tokensMax) {
        InferRequest request = kept == null ? compiled.newRequest() : kept;
        kept = null;
        return new Session(this, request, tokensMax);
    }

    /**
     * Takes a session's request back. A fresh one starts with empty state and costs next to nothing; but the NPU plugin, which gives each
     * its own buffers, empties the state by itself when positions start anew: there it is kept, unless it failed.
     */
    void giveBack(InferRequest request, boolean failed) {
        if (npu && !failed) {
            kept = request;
        } else {
            request.close();
        }
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
        compiled.close();
    }
}
