package io.npuq.bench;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * An engine that notes how long it had nothing to do between two generations, from the return of one to the call of the next, in
 * nanoseconds; when it is closed it writes them to a file, a line each.
 */
final class TimedEngine implements Engine {
    private final Engine engine;
    private final Path file;
    private final List<String> gaps = new ArrayList<>();
    private long endedTick = -1;

    TimedEngine(Engine engine, Path file) {
        this.engine = engine;
        this.file = file;
    }

    @Override
    public EngineInfo load() throws EngineException {
        return engine.load();
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        long beganTick = System.nanoTime();
        if (endedTick >= 0) {
            gaps.add(Long.toString(beganTick - endedTick));
        }
        try {
            return engine.generate(generation, text, cancel);
        } finally {
            endedTick = System.nanoTime();
        }
    }

    @Override
    public void prepare(Generation next) {
        engine.prepare(next);
    }

    @Override
    public CompletionStage<OptionalInt> promptTokens(Generation generation) {
        return engine.promptTokens(generation);
    }

    @Override
    public void close() {
        try {
            Files.write(file, gaps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            engine.close();
        }
    }
}
