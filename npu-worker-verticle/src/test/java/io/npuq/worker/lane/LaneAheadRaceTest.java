package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.process.ScriptedEngine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two lanes on the real queue, with engines that take no time, while jobs come, are cancelled and expire, and the queue is paused. */
@Timeout(120)
final class LaneAheadRaceTest {
    private static final int JOBS = 600;

    /** How often each text reached an engine. */
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();

    private final Map<JobId, String> texts = new ConcurrentHashMap<>();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final List<CompletableFuture<Job>> ends = new ArrayList<>();

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachJobReachesAnEngineOnceOrNeverAndSaysSo(long seed) throws Exception {
        Random dice = new Random(seed);
        try (EmbeddedJobQueue queue =
                EmbeddedJobQueue.open(QueueConfig.in(data), Clock.systemUTC(), System::nanoTime, fatal::complete)) {
            LaneLoop main = lane(queue, Lane.GPU, LaneState.Role.MAIN, "GPU");
            LaneLoop fallback = lane(queue, Lane.CPU, LaneState.Role.FALLBACK, "CPU");
            for (int i = 0; i < JOBS; i++) {
                act(queue, dice, i);
            }
            await(queue.resume());
            for (CompletableFuture<Job> end : ends) {
                check(await(end));
            }
            await(main.stop(Duration.ZERO));
            await(fallback.stop(Duration.ZERO));
        }
        assertFalse(fatal.isDone(), () -> "a lane broke: " + fatal.join());
    }

    private void act(EmbeddedJobQueue queue, Random dice, int number) throws Exception {
        JobId id = submit(queue, request(dice, number));
        switch (dice.nextInt(12)) {
            case 0, 1, 2 -> queue.cancel(id);
            case 3 -> queue.pause();
            case 4, 5 -> queue.resume();
            case 6 -> await(queue.resume());
            default -> {
                // The lanes may catch up, or not.
            }
        }
    }

    private static JobRequest request(Random dice, int number) {
        JobRequest request = Lanes.request("job-" + number)
                .withPriority(dice.nextInt(10))
                .withDevice(dice.nextBoolean() ? DevicePolicy.ANY : DevicePolicy.PREFER_NPU);
        return dice.nextInt(4) == 0
                ? request.withDeadline(Duration.ofMillis(1 + dice.nextInt(20)), DeadlineMode.BEST_EFFORT)
                : request;
    }

    private void check(Job job) {
        int ran = runs.getOrDefault(texts.get(job.id()), 0);
        assertTrue(ran <= 1, () -> job.id() + " reached an engine twice");
        assertTrue(ran <= job.attempt() && job.attempt() <= 1, job::toString);
        if (job.state() == JobState.SUCCEEDED) {
            assertEquals(1, ran, job::toString);
            assertEquals(1, job.evidence().orElseThrow().attempt());
        }
        if (job.startedAt().isEmpty()) {
            assertEquals(0, ran, job::toString);
        }
    }

    private JobId submit(EmbeddedJobQueue queue, JobRequest request) throws Exception {
        CompletableFuture<Job> end = new CompletableFuture<>();
        Submission submission = await(queue.submit(request, Sender.UNKNOWN, event -> {
            if (event instanceof JobEvent.StateChanged changed
                    && changed.job().state().isFinal()) {
                end.complete(changed.job());
            }
        }));
        JobId id = assertInstanceOf(Submission.Accepted.class, submission).job().id();
        texts.put(id, ((JobInput.Text) request.input()).text());
        ends.add(end);
        return id;
    }

    private LaneLoop lane(EmbeddedJobQueue queue, Lane lane, LaneState.Role role, String device) {
        LaneSettings settings = new LaneSettings(
                lane,
                role,
                OptionalInt.empty(),
                device,
                Lanes.settings().model(),
                Optional.of(Path.of("no/such/counter")),
                Optional.empty(),
                Duration.ZERO);
        return LaneLoop.start(queue, settings, () -> new Noting(device), System::nanoTime, fatal::complete);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private final class Noting implements Engine {
        private final ScriptedEngine engine;

        Noting(String device) {
            engine = new ScriptedEngine(JsonNodeFactory.instance.objectNode().put("device", device));
        }

        @Override
        public EngineInfo load() throws EngineException {
            return engine.load();
        }

        @Override
        public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
                throws EngineException {
            runs.merge(((JobInput.Text) generation.input()).text(), 1, Integer::sum);
            return engine.generate(generation, text, cancel);
        }

        @Override
        public void prepare(Generation next) {
            engine.prepare(next);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
