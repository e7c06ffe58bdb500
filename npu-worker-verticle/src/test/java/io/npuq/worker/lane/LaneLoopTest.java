package io.npuq.worker.lane;

import static io.npuq.worker.lane.Lanes.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobState;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.process.ScriptedEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LaneLoopTest {
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    @Test
    void aJobEndsWithItsAnswerAndItsEvidence() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            Claim claim = lane.queue.put(request("one two"));
            ScriptedQueue.Answer answer = lane.queue.answer();
            Outcome.Succeeded succeeded = outcome(Outcome.Succeeded.class, answer);
            assertEquals(claim.id(), answer.claim().id());
            assertEquals("onetwo", succeeded.answer().text());
            assertEquals(Verdict.FALLBACK, succeeded.proof().verdict());
            assertEquals(1, succeeded.proof().attempt());
        }
    }

    @Test
    void textGoesToTheQueueAsItComes() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            Claim claim = lane.queue.put(request("first wait"));
            assertEquals("first", lane.queue.text());
            assertTrue(lane.queue.hasNoAnswer());
            claim.cancel().cancel();
            assertEquals(
                    JobState.CANCELLED,
                    lane.queue.answer().outcome().orElseThrow().state());
        }
    }

    @Test
    void aCancelledJobEndsCancelledWithWhatThereIs() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            Claim claim = lane.queue.put(request("half wait rest"));
            lane.queue.text();
            claim.cancel().cancel();
            Outcome.Stopped stopped = outcome(Outcome.Stopped.class, lane.queue.answer());
            assertEquals(ErrorCode.CANCELLED, stopped.cause().code());
            assertEquals("half", stopped.result().orElseThrow().text());
        }
    }

    @Test
    void whileNoEngineLoadsNothingIsTakenAndTheTroubleIsShown() throws Exception {
        AtomicInteger engines = new AtomicInteger();
        CompletableFuture<LaneStatus> atThirdTry = new CompletableFuture<>();
        CompletableFuture<Lanes> self = new CompletableFuture<>();
        try (Lanes lane = new Lanes(() -> {
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            if (engines.incrementAndGet() < 3) {
                return new ScriptedEngine(settings.put("fail", "model x is missing"));
            }
            atThirdTry.complete(self.join().loop.status());
            return new ScriptedEngine(settings);
        })) {
            lane.queue.put(request("one"));
            assertEquals(0, lane.queue.takes());
            self.complete(lane);
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
            assertFalse(atThirdTry.join().loaded());
            String trouble = atThirdTry.join().trouble().orElseThrow();
            assertTrue(trouble.startsWith("model x is missing"), trouble);
        }
    }

    @Test
    void theStatusSaysWhatIsLoaded() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.put(request("one"));
            lane.queue.answer();
            LaneStatus status = lane.loop.status();
            assertTrue(status.loaded());
            assertEquals("CPU", status.device());
            assertEquals("scripted", status.model());
            assertEquals(Optional.of(1.5), status.initialLoadMs());
            assertEquals(OptionalLong.empty(), lane.loop.busyTimeUs());
            assertEquals(Optional.empty(), status.trouble());
        }
    }

    @Test
    void aJobForTheNpuOnlyFailsOnAnotherLaneAndTheNextOneRuns() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.put(request("one").withDevice(DevicePolicy.NPU));
            lane.queue.put(request("two"));
            Outcome.Failed failed = outcome(Outcome.Failed.class, lane.queue.answer());
            assertEquals(ErrorCode.MODEL_UNAVAILABLE, failed.cause().code());
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
        }
    }

    @Test
    void underTheTestOverrideTheNpusCaseIsShownForWhatItIs(@TempDir Path directory) throws Exception {
        Path counter = Files.writeString(directory.resolve("counter"), "5000");
        LaneSettings settings = Lanes.npu(counter);
        try (Lanes lane = new Lanes(
                settings,
                () -> new ScriptedEngine(JsonNodeFactory.instance.objectNode().put("device", "NPU")))) {
            assertEquals(TestOverride.DEVICE, lane.loop.status().device());
            lane.queue.put(request("one grow:" + counter).withDevice(DevicePolicy.NPU));
            Evidence evidence =
                    lane.queue.answer().outcome().orElseThrow().evidence().orElseThrow();
            assertEquals(Verdict.NPU_VERIFIED, evidence.verdict());
            assertEquals(1_234, evidence.npuBusyDeltaUs());
            assertEquals(TestOverride.DEVICE, evidence.deviceActual());
            assertEquals(TestOverride.DEVICE, evidence.deviceRequested());
            assertEquals(TestOverride.DEVICE, lane.loop.status().device());
            assertEquals(OptionalLong.of(6_234), lane.loop.busyTimeUs());
        }
    }

    @Test
    void aJobThatWaitedForTheLoadWasColdAndTheNextIsWarm() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.put(request("one"), LONG_AGO, Optional.empty(), 60_000);
            assertTrue(loadMs(lane.queue.answer()) > 0);
            lane.queue.put(request("two"));
            assertEquals(0, loadMs(lane.queue.answer()));
        }
    }

    private static double loadMs(ScriptedQueue.Answer answer) {
        Double load =
                answer.outcome().orElseThrow().evidence().orElseThrow().timing().load();
        return Objects.requireNonNull(load);
    }

    @Test
    void aRunningJobIsStoppedWhenItsDeadlinePasses() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.put(request("half wait rest"), LONG_AGO, Optional.of(Duration.ofMillis(1_100)), 1_000);
            Outcome.Stopped stopped = outcome(Outcome.Stopped.class, lane.queue.answer());
            assertEquals(ErrorCode.EXPIRED, stopped.cause().code());
            assertEquals(JobState.EXPIRED, stopped.state());
            assertEquals("half", stopped.result().orElseThrow().text());
        }
    }

    @Test
    void aWallClockThatJumpedEndsNothingEarly() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            // By the wall clock this deadline passed long ago; of its minute, one second went by in the queue.
            lane.queue.put(request("one"), LONG_AGO, Optional.of(Duration.ofMinutes(1)), 1_000);
            assertEquals(
                    JobState.SUCCEEDED,
                    lane.queue.answer().outcome().orElseThrow().state());
        }
    }

    @Test
    void theNextJobRunsWhileTheAnswerBeforeIsOnItsWayToDisk() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            CompletableFuture<Finish> disk = new CompletableFuture<>();
            lane.queue.answerFinishesWith(disk);
            lane.queue.put(request("one"));
            lane.queue.put(request("two"));
            lane.queue.put(request("three"));
            assertEquals("one", lane.queue.text());
            assertEquals("two", lane.queue.text());
            disk.complete(Finish.RECORDED);
            assertEquals("three", lane.queue.text());
            for (int i = 0; i < 3; i++) {
                lane.queue.answer();
            }
            assertFalse(lane.fatal.isDone(), "the queue minds a second answer under way");
        }
    }

    @Test
    void anAnswerThatIsNotRecordedStopsTheLaneAndIsTold() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.answerFinishesWith(CompletableFuture.failedStage(new IllegalStateException("disk is gone")));
            lane.queue.put(request("one"));
            String told = String.valueOf(lane.fatal.get(30, TimeUnit.SECONDS).getMessage());
            assertEquals("lane npu cannot go on: disk is gone", told);
            lane.stop(Duration.ZERO);
            assertFalse(lane.loop.status().loaded());
        }
    }

    @Test
    void aFencedAnswerIsNoTrouble() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.answerFinishesWith(CompletableFuture.completedStage(Finish.FENCED));
            lane.queue.put(request("one"));
            lane.queue.put(request("two"));
            lane.queue.answer();
            lane.queue.answer();
            assertFalse(lane.fatal.isDone());
        }
    }

    @Test
    void aBugStopsTheLaneAndIsTold() throws Exception {
        try (Lanes lane = Lanes.inProcess()) {
            lane.queue.put(request("bug:oops"));
            assertInstanceOf(
                    IllegalStateException.class,
                    lane.fatal.get(30, TimeUnit.SECONDS).getCause());
        }
    }

    @Test
    void aStopLetsTheRunningJobEndAndTakesNoOther() throws Exception {
        Lanes lane = Lanes.inProcess();
        Claim claim = lane.queue.put(request("one wait"));
        lane.queue.text();
        CompletableFuture<?> stopped = lane.loop.stop(Duration.ofMinutes(1)).toCompletableFuture();
        lane.queue.put(request("two"));
        assertFalse(stopped.isDone());
        claim.cancel().cancel();
        Lanes.awaitEnd(stopped);
        assertEquals(claim.id(), lane.queue.answer().claim().id());
        assertTrue(lane.queue.hasNoAnswer());
        assertFalse(lane.loop.status().loaded());
    }

    @Test
    void pastItsTimeADrainGivesTheRunningJobBack() throws Exception {
        Lanes lane = Lanes.inProcess();
        lane.queue.put(request("one wait"));
        lane.queue.text();
        lane.stop(Duration.ofMillis(50));
        assertEquals(
                Optional.of("the server stopped while it ran"),
                lane.queue.answer().recovered());
    }

    @Test
    void aCancelBeforeTheDrainsEndStillEndsTheJobCancelled() throws Exception {
        Lanes lane = Lanes.inProcess();
        Claim claim = lane.queue.put(request("one wait"));
        lane.queue.text();
        claim.cancel().cancel();
        lane.stop(Duration.ZERO);
        assertEquals(
                JobState.CANCELLED, lane.queue.answer().outcome().orElseThrow().state());
    }

    @Test
    void stoppingTwiceOrAfterTheEndIsHarmless() throws Exception {
        Lanes lane = Lanes.inProcess();
        lane.stop(Duration.ZERO);
        lane.stop(Duration.ofSeconds(1));
        assertFalse(lane.fatal.isDone());
    }

    private static <T extends Outcome> T outcome(Class<T> type, ScriptedQueue.Answer answer) {
        return assertInstanceOf(type, answer.outcome().orElseThrow());
    }
}
