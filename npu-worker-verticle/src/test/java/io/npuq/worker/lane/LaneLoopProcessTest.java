package io.npuq.worker.lane;

import static io.npuq.worker.lane.Lanes.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.LaneState.Condition;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobState;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ScriptedChild;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LaneLoopProcessTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void aKilledEngineGivesTheJobBackAndANewOneRunsItAsTheNextAttempt(@TempDir Path directory) throws Exception {
        try (Lanes lane = lane(LONG)) {
            lane.queue.put(request("pid gate:" + directory.resolve("gate") + " done"));
            long first = pid(lane);
            ScriptedChild.signal("KILL", first);
            String lost = lane.queue.answer().recovered().orElseThrow();
            assertTrue(lost.contains("exit code 137"), lost);
            assertNotEquals(first, pid(lane));
            ScriptedQueue.Answer answer = lane.queue.answer();
            Outcome outcome = answer.outcome().orElseThrow();
            assertEquals(JobState.SUCCEEDED, outcome.state());
            assertEquals(2, answer.claim().attempt());
            assertEquals(2, outcome.evidence().orElseThrow().attempt());
        }
    }

    @Test
    void anEngineThatDiesWhileIdleIsReplacedAndCostsNoAttempt() throws Exception {
        AtomicInteger engines = new AtomicInteger();
        CompletableFuture<Boolean> replaced = new CompletableFuture<>();
        try (Lanes lane = new Lanes(() -> {
            if (engines.incrementAndGet() == 2) {
                replaced.complete(true);
            }
            return ScriptedChild.engine(LONG);
        })) {
            lane.queue.put(request("pid"));
            long first = pid(lane);
            lane.queue.answer();
            ScriptedChild.signal("KILL", first);
            Lanes.awaitEnd(replaced);
            lane.queue.put(request("pid"));
            assertNotEquals(first, pid(lane));
            ScriptedQueue.Answer answer = lane.queue.answer();
            assertEquals(JobState.SUCCEEDED, answer.outcome().orElseThrow().state());
            assertEquals(1, answer.claim().attempt());
        }
    }

    @Test
    void aHangEndsTheJobWithATimeoutAndTheNextRunsOnANewEngine() throws Exception {
        try (Lanes lane = lane(Duration.ofMillis(500))) {
            lane.queue.put(request("pid deaf"));
            lane.queue.put(request("pid"));
            long first = pid(lane);
            ScriptedChild.signal("STOP", first);
            Outcome outcome = lane.queue.answer().outcome().orElseThrow();
            assertEquals(ErrorCode.TIMEOUT, outcome.error().orElseThrow().code());
            assertTrue(outcome.evidence().isPresent());
            assertNotEquals(first, pid(lane));
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
        }
    }

    @Test
    void aCancelThatIsNotObeyedEndsTheProcessAndTheJobCancelled() throws Exception {
        try (Lanes lane = lane(LONG)) {
            Claim claim = lane.queue.put(request("pid deaf"));
            lane.queue.put(request("pid"));
            long first = pid(lane);
            long cancelled = System.nanoTime();
            claim.cancel().cancel();
            Outcome outcome = lane.queue.answer().outcome().orElseThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - cancelled);
            assertEquals(JobState.CANCELLED, outcome.state());
            assertTrue(took.compareTo(ProcessEngine.CANCEL_GRACE.plusMillis(1_000)) < 0, () -> "took " + took);
            assertNotEquals(first, pid(lane));
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
        }
    }

    @Test
    void aJobThatTakesItsEngineDownIsGivenBackEachTime() throws Exception {
        try (Lanes lane = lane(LONG)) {
            lane.queue.put(request("garbage wait"));
            assertTrue(lane.queue.answer().recovered().isPresent());
            assertTrue(lane.queue.answer().recovered().isPresent());
        }
    }

    @Test
    void aDrainPastItsTimeGivesBackAlsoWhatDoesNotStop() throws Exception {
        Lanes lane = lane(LONG);
        lane.queue.put(request("pid deaf"));
        long pid = pid(lane);
        lane.stop(Duration.ofMillis(50));
        assertTrue(lane.queue.answer().recovered().isPresent());
        assertTrue(ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void aHungEngineQuarantinesItsDeviceWhichIsTriedAgainAndServes() throws Exception {
        CountDownLatch secondLoad = new CountDownLatch(1);
        AtomicInteger engines = new AtomicInteger();
        try (Lanes lane = new Lanes(() -> {
            if (engines.incrementAndGet() == 2) {
                secondLoad.countDown();
            }
            return ScriptedChild.engine(LONG);
        })) {
            lane.queue.put(request("pid"));
            long first = pid(lane);
            lane.queue.answer();
            long stopped = System.nanoTime();
            ScriptedChild.signal("STOP", first);
            ProcessHandle.of(first).orElseThrow().onExit().get(10, TimeUnit.SECONDS);
            lane.queue.awaitCondition(Condition.QUARANTINED);
            lane.queue.putBlindly(request("late"));
            assertEquals(
                    Optional.of("its lane waits for an engine"),
                    lane.queue.answer().recovered());
            LaneStatus status = lane.loop.status();
            assertEquals(LanePhase.QUARANTINED, status.health().phase());
            assertTrue(status.trouble().orElseThrow().contains("quarantined for 2000 ms"), status::toString);
            assertTrue(secondLoad.await(10, TimeUnit.SECONDS));
            assertTrue(System.nanoTime() - stopped >= Restarts.QUARANTINE_FIRST.toNanos());
            assertEquals("late", lane.queue.text());
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
            assertEquals(LanePhase.SERVING, lane.loop.status().health().phase());
            assertEquals(1, lane.loop.status().health().restarts());
            List<Condition> told = lane.queue.conditions();
            assertEquals(
                    List.of(Condition.SERVING, Condition.QUARANTINED, Condition.SERVING),
                    told.subList(told.size() - 3, told.size()));
        }
    }

    @Test
    void aStopDoesNotWaitForAQuarantine() throws Exception {
        Lanes lane = lane(LONG);
        lane.queue.put(request("garbage wait"));
        assertTrue(lane.queue.answer().recovered().isPresent());
        lane.stop(Duration.ofMinutes(1));
    }

    @Test
    void aModelThatNobodyAsksForIsFreedAndTheNextJobLoadsItAgain() throws Exception {
        LaneSettings shown = Lanes.settings();
        LaneSettings settings = new LaneSettings(
                shown.lane(),
                shown.role(),
                shown.promptTokensMax(),
                shown.device(),
                shown.model(),
                shown.busyCounter(),
                shown.override(),
                shown.drainTimeout(),
                Optional.of(Duration.ofMillis(1)),
                shown.quarantineMax());
        try (Lanes lane = new Lanes(settings, () -> ScriptedChild.engine(LONG))) {
            lane.queue.put(request("pid"));
            long first = pid(lane);
            lane.queue.answer();
            ProcessHandle.of(first)
                    .map(ProcessHandle::onExit)
                    .orElse(CompletableFuture.completedFuture(null))
                    .get(10, TimeUnit.SECONDS);
            assertEquals(LanePhase.UNLOADED, lane.loop.status().health().phase());
            assertEquals(Optional.empty(), lane.loop.status().trouble());
            lane.queue.put(request("pid"));
            assertNotEquals(first, pid(lane));
            Evidence evidence =
                    lane.queue.answer().outcome().orElseThrow().evidence().orElseThrow();
            assertTrue(Objects.requireNonNull(evidence.timing().load()) > 0, "the job waited for the load");
            assertEquals(0, lane.loop.status().health().restarts(), "no engine was lost");
        }
    }

    @Test
    void aModelThatIsToGoIsFreedOnceNoJobWaitsAndComesBackWhenItIsToOrForAJob() throws Exception {
        try (Lanes lane = lane(LONG)) {
            Claim running = lane.queue.put(request("pid wait"));
            long first = pid(lane);
            lane.queue.put(request("pid"));
            lane.loop.free();
            running.cancel().cancel();
            lane.queue.answer();
            assertEquals(first, pid(lane), "the job that waited found the model there");
            lane.queue.answer();
            ProcessHandle.of(first)
                    .map(ProcessHandle::onExit)
                    .orElse(CompletableFuture.completedFuture(null))
                    .get(10, TimeUnit.SECONDS);
            assertEquals(LanePhase.UNLOADED, lane.loop.status().health().phase());
            lane.loop.free();
            lane.loop.load();
            lane.queue.awaitServing(2);
            lane.queue.put(request("pid"));
            assertNotEquals(first, pid(lane));
            Evidence evidence =
                    lane.queue.answer().outcome().orElseThrow().evidence().orElseThrow();
            assertEquals(0.0, evidence.timing().load(), "the model was there before the job");
        }
    }

    @Test
    void anotherModelIsLoadedBesideAndTakesOverBetweenTwoJobs() throws Exception {
        try (Lanes lane = lane(LONG)) {
            Claim running = lane.queue.put(request("pid wait"));
            long first = pid(lane);
            Prepared prepared = lane.loop.prepare(source("other"));
            assertTrue(ProcessHandle.of(first).isPresent(), "the old one is still there");
            CompletionStage<?> swapped = prepared.swapIn();
            assertFalse(swapped.toCompletableFuture().isDone(), "the running job goes first");
            lane.queue.put(request("pid"));
            running.cancel().cancel();
            assertEquals(running.id(), lane.queue.answer().claim().id());
            Lanes.awaitEnd(swapped.toCompletableFuture());
            assertNotEquals(first, pid(lane));
            assertEquals(1, lane.queue.answer().claim().attempt());
            assertEquals(
                    Optional.of(Path.of("models/other")), lane.loop.status().modelPath());
        }
    }

    @Test
    void anIdleLaneTakesItsSuccessorOverAtOnceAndAnotherAfterThat() throws Exception {
        try (Lanes lane = lane(LONG)) {
            for (String model : List.of("second", "third")) {
                Lanes.awaitEnd(lane.loop.prepare(source(model)).swapIn().toCompletableFuture());
                assertEquals(
                        Optional.of(Path.of("models", model)),
                        lane.loop.status().modelPath());
            }
            lane.queue.put(request("ok"));
            assertEquals("ok", lane.queue.text());
        }
    }

    @Test
    void aModelThatDoesNotLoadLeavesTheOldOneServing() throws Exception {
        try (Lanes lane = lane(LONG)) {
            lane.queue.put(request("pid"));
            long first = pid(lane);
            lane.queue.answer();
            EngineSource broken = new EngineSource(
                    source("broken").model(),
                    () -> ScriptedChild.engine(
                            JsonNodeFactory.instance.objectNode().put("fail", "it is broken"), LONG));
            assertEquals(
                    "it is broken",
                    assertThrows(EngineException.class, () -> lane.loop.prepare(broken))
                            .getMessage());
            lane.queue.put(request("pid"));
            assertEquals(first, pid(lane));
        }
    }

    @Test
    void aSuccessorOfAStoppedLaneIsEnded() throws Exception {
        Lanes lane = lane(LONG);
        Prepared prepared = lane.loop.prepare(source("late"));
        lane.stop(Duration.ZERO);
        CompletionStage<?> swapped = prepared.swapIn();
        assertTrue(swapped.toCompletableFuture().isCompletedExceptionally());
        assertThrows(EngineException.class, () -> lane.loop.prepare(source("later")));
    }

    private static EngineSource source(String model) {
        return new EngineSource(
                new LaneSettings.Model(model, Optional.of(Path.of("models", model)), Optional.empty()),
                () -> ScriptedChild.engine(LONG));
    }

    @Test
    void aStopDoesNotWaitForALoad() throws Exception {
        CompletableFuture<Boolean> made = new CompletableFuture<>();
        Lanes lane = new Lanes(() -> {
            made.complete(true);
            return ScriptedChild.engine(JsonNodeFactory.instance.objectNode().put("hang", true), LONG);
        });
        Lanes.awaitEnd(made);
        lane.stop(Duration.ofMinutes(1));
        assertTrue(lane.queue.hasNoAnswer());
    }

    private static Lanes lane(Duration inferenceTimeout) {
        return new Lanes(() -> ScriptedChild.engine(inferenceTimeout));
    }

    private static long pid(Lanes lane) throws InterruptedException {
        return Long.parseLong(lane.queue.text().strip());
    }
}
