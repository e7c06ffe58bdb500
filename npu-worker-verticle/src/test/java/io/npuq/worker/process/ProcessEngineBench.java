package io.npuq.worker.process;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** What the pipe costs: the time of a generation that does nothing, and of one with 64 tokens, in a child process. */
public final class ProcessEngineBench {
    private static final int WARM_UP = 5_000;
    private static final int RUNS = 10_000;
    private static final int TOKENS = 64;

    private ProcessEngineBench() {}

    public static void main(String[] arguments) throws EngineException {
        try (ProcessEngine engine = ScriptedChild.engine(Duration.ofMinutes(1))) {
            engine.load();
            measure("no-op", engine, ScriptedChild.script("nothing"));
            measure(
                    TOKENS + " tokens",
                    engine,
                    ScriptedChild.script("word ".repeat(TOKENS).strip()));
        }
    }

    private static void measure(String name, ProcessEngine engine, Generation generation) throws EngineException {
        long[] nanos = new long[RUNS];
        for (int i = -WARM_UP; i < RUNS; i++) {
            long began = System.nanoTime();
            engine.generate(generation, text -> {}, new CancelSignal());
            nanos[Math.max(i, 0)] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%s: p50 %.1f us, p99 %.1f us, max %.1f us over %d generations%n",
                name,
                nanos[RUNS / 2] / 1e3,
                nanos[RUNS * 99 / 100] / 1e3,
                nanos[RUNS - 1] / 1e3,
                RUNS);
    }
}
