package io.npuq.worker.lane;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.process.ScriptedEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A lane with its scripted queue, stopped when the test ends. */
public final class Lanes implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(10);

    final ScriptedQueue queue = new ScriptedQueue();
    final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    final LaneLoop loop;

    Lanes(Supplier<Engine> engines) {
        this(settings(), engines);
    }

    Lanes(LaneSettings settings, Supplier<Engine> engines) {
        loop = LaneLoop.start(queue, settings, engines, System::nanoTime, fatal::complete);
    }

    static Lanes inProcess() {
        return new Lanes(() -> new ScriptedEngine(JsonNodeFactory.instance.objectNode()));
    }

    public static LaneSettings settings() {
        return new LaneSettings(
                Lane.NPU,
                LaneState.Role.MAIN,
                OptionalInt.empty(),
                "CPU",
                new LaneSettings.Model("scripted", Optional.of(Path.of("models/scripted")), Optional.empty()),
                Optional.of(Path.of("no/such/counter")),
                Optional.empty(),
                DRAIN);
    }

    /** An NPU's, by the test override, with the counter in that file. */
    static LaneSettings npu(Path counter) {
        return new LaneSettings(
                Lane.NPU,
                LaneState.Role.MAIN,
                OptionalInt.empty(),
                "NPU",
                settings().model(),
                Optional.empty(),
                Optional.of(new TestOverride(counter)),
                Duration.ZERO);
    }

    public static JobRequest request(String words) {
        return JobRequest.bounded(JobKind.TITLE, words);
    }

    static void awaitEnd(CompletableFuture<?> stage) throws InterruptedException, ExecutionException, TimeoutException {
        stage.get(30, TimeUnit.SECONDS);
    }

    void stop(Duration drainTimeout) throws InterruptedException, ExecutionException, TimeoutException {
        awaitEnd(loop.stop(drainTimeout).toCompletableFuture());
    }

    @Override
    public void close() {
        try {
            stop(Duration.ZERO);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new CompletionException("the lane did not stop", e);
        }
    }
}
