package io.npuq.scheduler.embedded;

import static io.npuq.scheduler.embedded.Queues.await;
import static io.npuq.scheduler.embedded.Queues.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.LaneState.Condition;
import io.npuq.scheduler.LaneState.Role;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job that is held for the main lane while that runs another one; on the real queue, with a clock that is moved by hand. */
@Timeout(60)
class AheadTest {
    private final Queues time = new Queues();

    @TempDir
    private Path data;

    private OpenQueue open;
    private JobQueue queue;

    @BeforeEach
    void open() {
        open = time.open(data);
        queue = open.queue();
        npu(Condition.SERVING);
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Test
    void idleLaneGetsAJobThatHasBegun() {
        JobId id = submit("only");
        Claim claim = ahead();
        assertTrue(claim.begun());
        assertEquals(Optional.of(claim), queue.begin(claim));
        assertEquals(JobState.RUNNING, job(queue, id).state());
    }

    @Test
    void journalWithAHeldJobIsWhole() {
        running();
        submit("held");
        assertFalse(ahead().begun());
        queue.close();
        assertEquals(
                Map.of(JobState.RUNNING, 1L, JobState.QUEUED, 1L),
                Maintenance.check(data).jobs());
    }

    @Test
    void jobThatIsHeldWaitsInLineForEveryoneElse() {
        running();
        JobId id = submit("held");
        Claim claim = ahead();
        assertFalse(claim.begun());
        assertEquals(id, claim.id());
        Job seen = job(queue, id);
        assertEquals(JobState.QUEUED, seen.state());
        assertEquals(Optional.of(0L), seen.position());
        assertEquals(Optional.empty(), seen.startedAt());
        assertEquals(0, seen.attempt());
        assertEquals(1, await(queue.status()).running().size());
    }

    @Test
    void heldJobIsStartedWhenItsLaneBeginsItAndNotBefore() {
        Claim first = running();
        JobId id = submit("held");
        Claim claim = ahead();
        time.pass(Duration.ofSeconds(3));
        Queues.succeed(queue, first, "done");
        Claim begun = queue.begin(claim).orElseThrow();
        assertTrue(begun.begun());
        assertEquals(3_000, begun.queueWaitMs());
        Queues.succeed(queue, begun, "done");
        Job ended = job(queue, id);
        assertEquals(JobState.SUCCEEDED, ended.state());
        assertEquals(Optional.of(Queues.START.plusSeconds(3)), ended.startedAt());
        assertEquals(1, ended.attempt());
        assertEquals(2L, await(queue.status()).routed().get(RouteReason.WITHIN_LIMIT));
    }

    @Test
    void thatItMayBeginIsOnDiskBeforeItDoes() throws IOException {
        running();
        JobId id = submit("held");
        ahead();
        assertTrue(journal()
                .contains("\"job\":\"" + id + "\",\"change\":{\"type\":\"hold\",\"attempt\":1,\"lane\":\"npu\""));
        assertEquals(1, started());
    }

    @Test
    void cancelledHeldJobEndsAtOnceAndCannotBegin() {
        running();
        JobId id = submit("held");
        Claim claim = ahead();
        Cancellation.Known cancelled = assertInstanceOf(Cancellation.Known.class, await(queue.cancel(id)));
        assertEquals(JobState.CANCELLED, cancelled.job().state());
        assertTrue(claim.cancel().isSet());
        assertEquals(Optional.empty(), queue.begin(claim));
    }

    @Test
    void heldJobThatWasJustBegunIsCancelledAsOneThatRuns() {
        running();
        JobId id = submit("held");
        Claim claim = ahead();
        OpenQueue.Held writer = hold();
        CompletableFuture<Cancellation> cancelling = queue.cancel(id).toCompletableFuture();
        Claim begun = queue.begin(claim).orElseThrow();
        writer.release();
        Cancellation.Known cancelled = assertInstanceOf(Cancellation.Known.class, await(cancelling));
        assertEquals(JobState.RUNNING, cancelled.job().state());
        assertTrue(begun.cancel().isSet());
        assertEquals(Finish.RECORDED, await(queue.giveBack(begun, "it stopped")));
        assertEquals(JobState.CANCELLED, job(queue, id).state());
    }

    @Test
    void heldJobExpiresWhileItWaits() {
        running();
        JobRequest request = request("held").withDeadline(Duration.ofSeconds(60));
        JobId id = submit(request);
        Claim claim = ahead();
        time.pass(Duration.ofSeconds(61));
        await(queue.resume());
        assertEquals(JobState.EXPIRED, job(queue, id).state());
        assertEquals(Optional.empty(), queue.begin(claim));
    }

    @Test
    void moreUrgentJobTakesThePlaceOfTheOneThatIsHeld() {
        running();
        JobId patient = submit("patient");
        Claim held = ahead();
        JobId urgent = submit(request("urgent").withPriority(0));
        await(queue.resume());
        assertTrue(held.cancel().isSet());
        assertEquals(Optional.empty(), queue.begin(held));
        Claim next = ahead();
        assertEquals(urgent, next.id());
        assertEquals(JobState.QUEUED, job(queue, patient).state());
        assertEquals(Optional.of(1L), job(queue, patient).position());
    }

    @Test
    void lessUrgentJobLeavesTheHeldOneWhereItIs() {
        running();
        submit("held");
        Claim held = ahead();
        submit(request("patient").withPriority(9));
        await(queue.resume());
        assertFalse(held.cancel().isSet());
        assertTrue(queue.begin(held).isPresent());
    }

    @Test
    void pausedQueueLetsNothingBeginThatWasHeld() {
        running();
        JobId id = submit("held");
        Claim held = ahead();
        await(queue.pause());
        assertEquals(Optional.empty(), queue.begin(held));
        CompletableFuture<Optional<Claim>> again = queue.takeAhead(Lane.NPU).toCompletableFuture();
        await(queue.pause());
        assertFalse(again.isDone());
        await(queue.resume());
        assertEquals(id, await(again).orElseThrow().id());
    }

    @Test
    void drainingQueueGoesOnWithWhatIsHeld() {
        running();
        submit("held");
        Claim held = ahead();
        await(queue.drain());
        assertTrue(queue.begin(held).isPresent());
    }

    @Test
    void laneThatIsStoppedDoesNotBeginWhatItHolds() {
        running();
        JobId id = submit("held");
        Claim held = ahead();
        queue.stopTaking(Lane.NPU);
        await(queue.resume());
        assertEquals(Optional.empty(), queue.begin(held));
        assertEquals(Optional.empty(), await(queue.takeAhead(Lane.NPU)));
        assertEquals(JobState.QUEUED, job(queue, id).state());
    }

    @Test
    void laneThatLosesItsEngineLosesWhatItHoldsAndItCostsNoAttempt() {
        Claim running = running();
        JobId id = submit("held");
        for (int i = 0; i < 5; i++) {
            Claim held = ahead();
            npu(Condition.QUARANTINED);
            await(queue.resume());
            assertEquals(Optional.empty(), queue.begin(held));
            npu(Condition.SERVING);
        }
        await(queue.recover(running, "its engine was lost"));
        Claim claim = ahead();
        assertEquals(id, claim.id());
        assertEquals(1, claim.attempt());
    }

    @Test
    void takeOfALaneInQuarantineWaitsUntilItServesAgainAndTheJobIsAnothersMeanwhile() {
        for (Condition condition : List.of(Condition.QUARANTINED, Condition.LOADING, Condition.LOAD_FAILED)) {
            CompletableFuture<Optional<Claim>> waiting =
                    queue.takeAhead(Lane.NPU).toCompletableFuture();
            npu(condition);
            JobId id = submit(request("for the npu").withDevice(DevicePolicy.NPU));
            await(queue.resume());
            await(queue.resume());
            assertFalse(waiting.isDone(), () -> "while " + condition);
            assertEquals(0, job(queue, id).attempt());
            npu(Condition.SERVING);
            Claim claim = await(waiting).orElseThrow();
            assertEquals(1, claim.attempt());
            Queues.succeed(queue, claim, "done");
        }
    }

    @Test
    void idleLaneStartsWhatIsHeldForABusyOne() {
        cpu();
        running();
        JobId id = submit(request("anywhere").withDevice(DevicePolicy.ANY));
        Claim held = ahead();
        Claim taken = await(queue.takeAhead(Lane.CPU)).orElseThrow();
        assertEquals(id, taken.id());
        assertTrue(taken.begun());
        assertEquals(RouteReason.NPU_SATURATED, taken.routeReason());
        assertEquals(Optional.empty(), queue.begin(held));
    }

    @Test
    void fallbackLaneHoldsNothingWhileItRunsAJob() {
        cpu();
        npu(Condition.UNAVAILABLE);
        submit("first");
        JobId second = submit("second");
        Claim first = await(queue.takeAhead(Lane.CPU)).orElseThrow();
        CompletableFuture<Optional<Claim>> waiting = queue.takeAhead(Lane.CPU).toCompletableFuture();
        await(queue.resume());
        assertFalse(waiting.isDone());
        Queues.succeed(queue, first, "done");
        Claim claim = await(waiting).orElseThrow();
        assertEquals(second, claim.id());
        assertTrue(claim.begun());
    }

    @Test
    void crashGivesBackWhatWasHeldWithoutAnAttempt() throws Exception {
        Claim running = running();
        JobId id = submit("held");
        ahead();
        open.abandon();
        open();
        assertEquals(JobState.QUEUED, job(queue, id).state());
        assertEquals(0, job(queue, id).attempt());
        assertEquals(1, job(queue, running.id()).attempt());
        assertEquals(
                running.id(), await(queue.takeAhead(Lane.NPU)).orElseThrow().id());
        Claim claim = ahead();
        assertEquals(id, claim.id());
        assertEquals(1, claim.attempt());
    }

    @Test
    void crashAfterTheBeginningCostsTheAttempt() throws Exception {
        Claim running = running();
        JobId id = submit("held");
        Claim begun = queue.begin(ahead()).orElseThrow();
        await(queue.resume());
        open.abandon();
        open();
        assertEquals(1, job(queue, id).attempt());
        assertEquals(Finish.FENCED, await(queue.giveBack(begun, "too late")));
        assertEquals(
                running.id(), await(queue.takeAhead(Lane.NPU)).orElseThrow().id());
        assertEquals(2, ahead().attempt());
    }

    @Test
    void closedQueueLetsNothingBegin() {
        running();
        submit("held");
        Claim held = ahead();
        queue.close();
        assertEquals(Optional.empty(), queue.begin(held));
    }

    @Test
    void textOfAJobThatJustBeganIsToldBehindItsStartAndAllOfIt() throws Exception {
        running();
        JobId id = submit("held");
        Claim held = ahead();
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        queue.watch(id, events::add);
        OpenQueue.Held writer = hold();
        Claim begun = queue.begin(held).orElseThrow();
        queue.progress(begun, "one ");
        queue.progress(begun, "two ");
        assertTrue(events.isEmpty());
        writer.release();
        assertEquals(
                JobState.RUNNING,
                assertInstanceOf(JobEvent.StateChanged.class, next(events))
                        .job()
                        .state());
        assertEquals(new JobEvent.Progress(1, "one two "), next(events));
        queue.progress(begun, "three");
        assertEquals(new JobEvent.Progress(1, "three"), next(events));
        BlockingQueue<JobEvent> late = new LinkedBlockingQueue<>();
        queue.watch(id, late::add);
        assertEquals(new JobEvent.Progress(1, "one two three"), next(late));
    }

    /** A job that the NPU runs. */
    private Claim running() {
        submit("first");
        Claim claim = ahead();
        assertTrue(claim.begun());
        return claim;
    }

    private Claim ahead() {
        return await(queue.takeAhead(Lane.NPU)).orElseThrow();
    }

    private void npu(Condition condition) {
        queue.laneState(Lane.NPU, new LaneState(Role.MAIN, condition, OptionalInt.empty()));
    }

    private void cpu() {
        queue.laneState(Lane.CPU, new LaneState(Role.FALLBACK, Condition.SERVING, OptionalInt.empty()));
    }

    private OpenQueue.Held hold() {
        return open.hold();
    }

    private JobId submit(String text) {
        return submit(request(text));
    }

    private JobId submit(JobRequest request) {
        return assertInstanceOf(Submission.Accepted.class, await(queue.submit(request)))
                .job()
                .id();
    }

    private static JobRequest request(String text) {
        return JobRequest.bounded(JobKind.TITLE, text);
    }

    private static JobEvent next(BlockingQueue<JobEvent> events) throws InterruptedException {
        JobEvent event = events.poll(30, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came");
        }
        return event;
    }

    private int started() throws IOException {
        return journal().split("\"type\":\"start\"", -1).length - 1;
    }

    private String journal() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var logs = Files.newDirectoryStream(data.resolve("journal"), "*.log")) {
            for (Path log : logs) {
                all.append(new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
