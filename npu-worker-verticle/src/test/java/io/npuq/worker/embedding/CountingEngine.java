package io.npuq.worker.embedding;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobInput;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Passes on, keeps which texts came, and says when a call has ended. */
final class CountingEngine implements Engine {
    private final Engine engine;
    private final Runnable callEnded;
    private final List<List<String>> calls = new ArrayList<>();

    CountingEngine(Engine engine, Runnable callEnded) {
        this.engine = engine;
        this.callEnded = callEnded;
    }

    /** The texts of each call so far. */
    List<List<String>> calls() {
        return calls;
    }

    @Override
    public EngineInfo load() throws EngineException {
        return engine.load();
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        calls.add(((JobInput.Texts) generation.input()).texts());
        Generated made = engine.generate(generation, text, cancel);
        callEnded.run();
        return made;
    }

    @Override
    public CompletionStage<EngineLoss> lost() {
        return engine.lost();
    }

    @Override
    public void close() {
        engine.close();
    }
}
