package io.npuq.worker.lane;

import static io.npuq.worker.lane.Lanes.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.Claim;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ScriptedChild;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
