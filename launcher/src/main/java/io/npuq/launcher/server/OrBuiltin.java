package io.npuq.launcher.server;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes engines; until the first has loaded, one that does not load gives way to the engine without a model. */
final class OrBuiltin implements Supplier<Engine> {
    private final Supplier<Engine> engines;
    private final Consumer<String> tell;
    private final AtomicBoolean loadedOnce = new AtomicBoolean();

    OrBuiltin(Supplier<Engine> engines, Consumer<String> tell) {
        this.engines = engines;
        this.tell = tell;
    }

    @Override
    public Engine get() {
        return loadedOnce.get() ? engines.get() : new FirstEngine(engines.get());
    }

    private final class FirstEngine implements Engine {
        private final Object lock = new Object();
        private Engine engine;
        private boolean closed;

        FirstEngine(Engine engine) {
            this.engine = engine;
        }

        @Override
        public EngineInfo load() throws EngineException {
            try {
                EngineInfo info = engine().load();
                loadedOnce.set(true);
                return info;
            } catch (EngineException e) {
                engine().close();
                replace(e);
                tell.accept(String.valueOf(e.getMessage()));
                return engine().load();
            }
        }

        /** Not once it is closed: then the load was not wanted any more. */
        private void replace(EngineException why) throws EngineException {
            synchronized (lock) {
                if (closed) {
                    throw why;
                }
                engine = EngineChoice.builtin();
            }
        }

        @Override
        public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
                throws EngineException {
            return engine().generate(generation, text, cancel);
        }

        @Override
        public void prepare(Generation next) {
            engine().prepare(next);
        }

        @Override
        public CompletionStage<OptionalInt> promptTokens(Generation generation) {
            return engine().promptTokens(generation);
        }

        @Override
        public CompletionStage<EngineLoss> lost() {
            return engine().lost();
        }

        @Override
        public OptionalLong memoryBytes() {
            return engine().memoryBytes();
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
            }
            engine().close();
        }

        private Engine engine() {
            synchronized (lock) {
                return engine;
            }
        }
    }
}
