package io.npuq.launcher.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class OrBuiltinTest {
    private final List<Generation> prepared = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final OrBuiltin engines = new OrBuiltin(Unloadable::new, told::add);
    private final Generation generation =
            Generation.of(JobRequest.bounded(JobKind.TITLE, "The mail server in Osaka is slow since noon."));

    /** It has no model that could load. */
    private final class Unloadable implements Engine {
        @Override
        public EngineInfo load() throws EngineException {
            throw new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, "no model is here");
        }

        @Override
        public Generated generate(Generation asked, Consumer<String> text, CancelSignal cancel) {
            throw new IllegalStateException("not loaded");
        }

        @Override
        public void prepare(Generation next) {
            prepared.add(next);
        }

        @Override
        public void close() {}
    }

    @Test
    void firstEngineIsToldWhatComesNext() {
        try (Engine first = engines.get()) {
            first.prepare(generation);
        }
        assertEquals(List.of(generation), prepared);
    }

    @Test
    void whereTheFirstDoesNotLoadTheJobsRunWithoutAModelAndTheReasonIsTold() throws EngineException {
        try (Engine first = engines.get()) {
            assertEquals("builtin-extractive", first.load().model());
            assertEquals(List.of("no model is here"), told);
            Generated made = first.generate(generation, text -> {}, new CancelSignal());
            assertEquals("The mail server in Osaka is slow", made.text());
        }
    }
}
