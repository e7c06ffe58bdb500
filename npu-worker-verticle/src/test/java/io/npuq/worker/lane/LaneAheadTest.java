package io.npuq.worker.lane;

import static io.npuq.worker.lane.Lanes.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.process.ScriptedChild;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lane on the real queue, with an engine in a process of its own: what it holds while it runs a job. */
@Timeout(60)
final class LaneAheadTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private EmbeddedJobQueue queue;
    private LaneLoop lane;

    @BeforeEach
    void start() {
        queue = EmbeddedJobQueue.open(QueueConfig.in(data), Clock.systemUTC(), System::nanoTime, fatal::complete);
        lane = LaneLoop.start(
                queue, Lanes.settings(), () -> ScriptedChild.engine(LONG), System::nanoTime, fatal::complete);
    }

    @AfterEach
    void stop() throws Exception {
        await(lane.stop(Duration.ZERO));
        queue.close();
        assertFalse(fatal.isDone(), () -> "the lane broke: " + fatal.join());
    }

    @Test
    void theNextPromptIsMadeReadyWhileAJobRuns() throws Exception {
        submit(request("prepared:1 first"));
        Ended second = submit(request("prepared second"));
        assertEquals("truesecond", second.text());
    }

    @Test
    void aJobThatFindsTheLaneIdleIsNotPreparedAndRunsAllTheSame() throws Exception {
        assertEquals("false", submit(request("prepared")).text());
    }

    @Test
    void aMoreUrgentJobRunsBeforeTheOneThatIsHeld() throws Exception {
        Ended running = submit(request("prepared:1 held prepared:2"));
        Ended patient = submit(request("patient"));
        assertEquals("held", texts.poll(30, TimeUnit.SECONDS));
        Ended urgent = submit(request("prepared").withPriority(0));
        running.job();
        assertEquals("true", urgent.text());
        patient.job();
        assertTrue(started(urgent).compareTo(started(patient)) < 0);
    }

    @Test
    void aHeldJobThatIsCancelledEndsWhileTheOtherRuns() throws Exception {
        Ended running = submit(request("prepared:1 held wait"));
        Ended held = submit(request("never"));
        assertEquals("held", texts.poll(30, TimeUnit.SECONDS));
        await(queue.cancel(held.id()));
        assertEquals(JobState.CANCELLED, held.job().state());
        await(queue.cancel(running.id()));
        assertEquals(JobState.CANCELLED, running.job().state());
        assertEquals("false", submit(request("prepared")).text());
    }

    @Test
    void anEngineThatIsKilledCostsTheHeldJobNothing() throws Exception {
        Ended running = submit(request("prepared:1 pid gate:" + data.resolve("gate")));
        Ended held = submit(request("held"));
        long engine =
                Long.parseLong(String.valueOf(texts.poll(30, TimeUnit.SECONDS)).strip());
        ScriptedChild.signal("KILL", engine);
        Ended last = submit(request("last"));
        assertEquals(JobState.SUCCEEDED, held.job().state());
        assertEquals(1, held.job().attempt());
        assertEquals(1, held.evidence().attempt());
        assertEquals(2, running.job().attempt());
        assertEquals(JobState.SUCCEEDED, last.job().state());
    }

    @Test
    void whatIsHeldStartsWhenItsEngineStartsIt() throws Exception {
        Ended first = submit(request("prepared:1"));
        Ended second = submit(request("prepared"));
        Job job = second.job();
        double waitedMs =
                Duration.between(job.createdAt(), job.startedAt().orElseThrow()).toNanos() / 1e6;
        assertEquals(waitedMs, second.evidence().timing().queueWait());
        Duration firstRan = Duration.between(started(first), started(second));
        assertTrue(firstRan.compareTo(Duration.ZERO) > 0);
    }

    @Test
    void aStoppedLaneLeavesWhatItHoldsInLine() throws Exception {
        Ended running = submit(request("prepared:1 held wait"));
        Ended held = submit(request("later"));
        assertEquals("held", texts.poll(30, TimeUnit.SECONDS));
        await(lane.stop(Duration.ZERO));
        Job waiting = await(queue.get(held.id())).orElseThrow();
        assertEquals(JobState.QUEUED, waiting.state());
        assertEquals(0, waiting.attempt());
        assertEquals(
                JobState.QUEUED, await(queue.get(running.id())).orElseThrow().state());
    }

    @Test
    void aReloadOntoAnotherDeviceTakesJobsAsThatLane() throws Exception {
        assertEquals("CPU", submit(request("one")).evidence().deviceActual());
        EngineSource gpu = new EngineSource(
                Lanes.settings().model(),
                () -> ScriptedChild.engine(JsonNodeFactory.instance.objectNode().put("device", "GPU"), LONG));
        Lanes.awaitEnd(lane.prepare(gpu).swapIn().toCompletableFuture());
        assertEquals("GPU", submit(request("two")).evidence().deviceActual());
    }

    private static Instant started(Ended job) throws Exception {
        return job.job().startedAt().orElseThrow();
    }

    private record Ended(JobId id, CompletableFuture<Job> end) {
        Job job() throws Exception {
            return await(end);
        }

        String text() throws Exception {
            return job().result().orElseThrow().text();
        }

        Evidence evidence() throws Exception {
            return job().evidence().orElseThrow();
        }
    }

    private Ended submit(JobRequest request) throws Exception {
        CompletableFuture<Job> end = new CompletableFuture<>();
        Submission submission = await(queue.submit(request, Sender.UNKNOWN, event -> hear(event, end)));
        return new Ended(
                assertInstanceOf(Submission.Accepted.class, submission).job().id(), end);
    }

    private void hear(JobEvent event, CompletableFuture<Job> end) {
        if (event instanceof JobEvent.Progress progress) {
            texts.add(progress.text());
        } else if (event instanceof JobEvent.StateChanged changed
                && changed.job().state().isFinal()) {
            end.complete(changed.job());
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
