package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.LaneState.Condition;
import io.npuq.scheduler.LaneState.Role;
import io.npuq.scheduler.PromptCounter;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which lane takes a job, and why; on the real queue, with a clock that is moved by hand. */
class RoutingTest {
    private static final int NPU_TOKENS_MAX = 100;
    private static final int CPU_TOKENS_MAX = 1_000;

    private final Queues time = new Queues();

    @TempDir
    private Path data;

    private JobQueue queue;

    @BeforeEach
    void open() {
        queue = time.open(data).queue();
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @ParameterizedTest
    @CsvSource({
        // The NPU is idle: it has the first pick of all.
        "SERVING,     idle, NPU,        REQUESTED,    ",
        "SERVING,     idle, PREFER_NPU, WITHIN_LIMIT, ",
        "SERVING,     idle, ANY,        REQUESTED,    ",
        // It works: only what says any goes elsewhere.
        "SERVING,     busy, NPU,        ,             ",
        "SERVING,     busy, PREFER_NPU, ,             ",
        "SERVING,     busy, ANY,        ,             NPU_SATURATED",
        // Its engine is on its way.
        "LOADING,     idle, NPU,        ,             ",
        "LOADING,     idle, PREFER_NPU, ,             ",
        "LOADING,     idle, ANY,        ,             NPU_UNAVAILABLE",
        // It takes nothing.
        "UNAVAILABLE, idle, NPU,        ,             ",
        "UNAVAILABLE, idle, PREFER_NPU, ,             NPU_UNAVAILABLE",
        "UNAVAILABLE, idle, ANY,        ,             NPU_UNAVAILABLE",
        "LOAD_FAILED, idle, NPU,        ,             ",
        "LOAD_FAILED, idle, PREFER_NPU, ,             LOAD_FAILED",
        "LOAD_FAILED, idle, ANY,        ,             LOAD_FAILED",
        "QUARANTINED, idle, NPU,        ,             ",
        "QUARANTINED, idle, PREFER_NPU, ,             NPU_UNAVAILABLE",
        "QUARANTINED, idle, ANY,        ,             NPU_UNAVAILABLE",
        "STOPPED,     idle, NPU,        ,             ",
        "STOPPED,     idle, PREFER_NPU, ,             NPU_UNAVAILABLE",
        "STOPPED,     idle, ANY,        ,             NPU_UNAVAILABLE",
    })
    void theLaneFollowsFromTheNpuAndTheJob(
            Condition npu, String work, DevicePolicy device, RouteReason onNpu, RouteReason onCpu) {
        npu(Condition.SERVING);
        cpu(Condition.SERVING);
        if (work.equals("busy")) {
            submit(job(DevicePolicy.NPU));
            taken(Lane.NPU);
        }
        npu(npu);
        CompletableFuture<Optional<Claim>> byNpu = work.equals("busy") ? new CompletableFuture<>() : take(Lane.NPU);
        CompletableFuture<Optional<Claim>> byCpu = take(Lane.CPU);
        submit(job(device));
        assertEquals(Optional.ofNullable(onNpu), reason(byNpu));
        assertEquals(Optional.ofNullable(onCpu), reason(byCpu));
    }

    @ParameterizedTest
    @CsvSource({"NPU, NPU_UNAVAILABLE", "PREFER_NPU, NPU_UNAVAILABLE", "ANY, REQUESTED"})
    void whereTheMainLaneIsNoNpuItTakesAllAndSaysSo(DevicePolicy device, RouteReason reason) {
        queue.laneState(Lane.CPU, new LaneState(Role.MAIN, Condition.SERVING, OptionalInt.empty()));
        submit(job(device));
        assertEquals(reason, taken(Lane.CPU).routeReason());
    }

    @Test
    void promptThatIsTooLongForTheNpuGoesToTheCpuAndTheAttemptDoesNotCount() {
        lanes();
        JobId id = submit(job(DevicePolicy.PREFER_NPU));
        Claim tooLong = taken(Lane.NPU);
        await(queue.tooLong(tooLong, NPU_TOKENS_MAX + 1));
        CompletableFuture<Optional<Claim>> byNpu = take(Lane.NPU);
        Claim claim = taken(Lane.CPU);
        assertEquals(id, claim.id());
        assertEquals(RouteReason.PROMPT_TOO_LONG, claim.routeReason());
        assertEquals(Optional.empty(), reason(byNpu));
        // Three more that count.
        await(queue.giveBack(claim, "one"));
        await(queue.giveBack(taken(Lane.CPU), "two"));
        await(queue.giveBack(taken(Lane.CPU), "three"));
        assertEquals(
                ErrorCode.ATTEMPTS_EXHAUSTED,
                await(queue.get(id)).orElseThrow().error().orElseThrow().code());
    }

    @ParameterizedTest
    @CsvSource({"NPU, 101, 100", "PREFER_NPU, 1001, 1000", "ANY, 1001, 1000"})
    void promptThatNoLaneTakesFailsWithBothNumbers(DevicePolicy device, int tokens, int most) {
        lanes();
        JobId id = submit(job(device));
        await(queue.tooLong(taken(Lane.NPU), tokens));
        Job job = await(queue.get(id)).orElseThrow();
        assertEquals(JobState.FAILED, job.state());
        assertEquals(ErrorCode.PROMPT_TOO_LONG, job.error().orElseThrow().code());
        String message = job.error().orElseThrow().message();
        assertTrue(message.contains(" " + tokens + " ") && message.contains(" " + most + " "), message);
    }

    @Test
    void longPromptComesBackToTheNpuOnceThatTakesIt() {
        lanes();
        submit(job(DevicePolicy.PREFER_NPU));
        await(queue.tooLong(taken(Lane.NPU), NPU_TOKENS_MAX + 1));
        queue.laneState(Lane.NPU, new LaneState(Role.MAIN, Condition.SERVING, OptionalInt.of(NPU_TOKENS_MAX + 1)));
        assertEquals(RouteReason.WITHIN_LIMIT, taken(Lane.NPU).routeReason());
    }

    @Test
    void jobThatTheNpuWouldReachTooLateSpillsUntilHalfTheWaitIsLeft() {
        lanes();
        timed(Duration.ofSeconds(2));
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            ids.add(submit(job(DevicePolicy.PREFER_NPU)));
        }
        // The first begins now, the next ones in 2, 4, … seconds: the 12th of them only after more than 20.
        assertEquals(ids.get(0), taken(Lane.NPU).id());
        Claim spilled = taken(Lane.CPU);
        assertEquals(ids.get(11), spilled.id());
        assertEquals(RouteReason.SPILL, spilled.routeReason());
        // Once it has come to that, all that wait for more than 10 s go.
        assertEquals(ids.get(6), taken(Lane.CPU).id());
        List.of(7, 8, 9, 10, 12, 13)
                .forEach(i -> assertEquals(ids.get(i), taken(Lane.CPU).id()));
        CompletableFuture<Optional<Claim>> enough = take(Lane.CPU);
        assertEquals(Optional.empty(), reason(enough));
        // It is over: one more that waits for 12 s stays.
        submit(job(DevicePolicy.PREFER_NPU));
        assertEquals(Optional.empty(), reason(enough));
    }

    @Test
    void behindAFirstJobThatDoesNotEndTheNextOneSpills() {
        lanes();
        submit(job(DevicePolicy.PREFER_NPU));
        JobId next = submit(job(DevicePolicy.PREFER_NPU));
        taken(Lane.NPU);
        CompletableFuture<Optional<Claim>> waiting = take(Lane.CPU);
        time.pass(Duration.ofSeconds(20));
        assertEquals(Optional.empty(), reason(waiting));
        time.pass(Duration.ofSeconds(1));
        Claim claim = await(waiting).orElseThrow();
        assertEquals(next, claim.id());
        assertEquals(RouteReason.SPILL, claim.routeReason());
    }

    @Test
    void jobSpillsFromALaneWhoseEngineDoesNotCome() {
        npu(Condition.LOADING);
        cpu(Condition.SERVING);
        submit(job(DevicePolicy.PREFER_NPU));
        CompletableFuture<Optional<Claim>> waiting = take(Lane.CPU);
        time.pass(Duration.ofSeconds(20));
        assertEquals(Optional.empty(), reason(waiting));
        time.pass(Duration.ofSeconds(1));
        assertEquals(Optional.of(RouteReason.SPILL), reason(waiting));
    }

    @Test
    void jobThatTimeAloneMakesSpillNeedsNobodyToAsk() {
        lanes();
        timed(Duration.ofSeconds(2));
        submit(job(DevicePolicy.PREFER_NPU));
        JobId next = submit(job(DevicePolicy.PREFER_NPU));
        taken(Lane.NPU);
        CompletableFuture<Optional<Claim>> waiting = take(Lane.CPU);
        assertEquals(Optional.empty(), reason(waiting));
        time.pass(Duration.ofSeconds(23));
        Claim claim = await(waiting).orElseThrow();
        assertEquals(next, claim.id());
        assertEquals(RouteReason.SPILL, claim.routeReason());
    }

    @Test
    void jobWhoseDeadlineTheNpuWouldMissGoesToTheCpu() {
        lanes();
        timed(Duration.ofSeconds(2));
        for (int i = 0; i < 4; i++) {
            submit(job(DevicePolicy.PREFER_NPU).withPriority(0));
        }
        taken(Lane.NPU);
        submit(job(DevicePolicy.PREFER_NPU).withDeadline(Duration.ofSeconds(60)));
        submit(job(DevicePolicy.NPU).withDeadline(Duration.ofSeconds(5), DeadlineMode.BEST_EFFORT));
        JobId urgent =
                submit(job(DevicePolicy.PREFER_NPU).withDeadline(Duration.ofSeconds(3), DeadlineMode.BEST_EFFORT));
        Claim claim = taken(Lane.CPU);
        assertEquals(urgent, claim.id());
        assertEquals(RouteReason.DEADLINE_AT_RISK, claim.routeReason());
        assertEquals(Optional.empty(), reason(take(Lane.CPU)));
    }

    @Test
    void laneWhoseEngineWasLostWhileItWaitedGetsNothing() {
        lanes();
        CompletableFuture<Optional<Claim>> waiting = take(Lane.NPU);
        npu(Condition.LOADING);
        submit(job(DevicePolicy.NPU));
        assertEquals(Optional.empty(), reason(waiting));
        npu(Condition.SERVING);
        assertEquals(RouteReason.REQUESTED, await(waiting).orElseThrow().routeReason());
    }

    @Test
    void vectorsAreForTheirOwnLaneAndInNobodysWay() {
        lanes();
        JobId id = submit(JobRequest.embedding(List.of("a text")));
        JobId text = submit(job(DevicePolicy.PREFER_NPU));
        assertEquals(Optional.of(0L), await(queue.get(text)).orElseThrow().position());
        assertEquals(text, taken(Lane.NPU).id());
        assertEquals(id, taken(Lane.EMBEDDING).id());
    }

    @Test
    void placeInLineCountsAllThatWait() {
        lanes();
        for (DevicePolicy device : DevicePolicy.values()) {
            submit(job(device));
        }
        await(queue.tooLong(taken(Lane.NPU, submit(job(DevicePolicy.ANY).withPriority(0))), NPU_TOKENS_MAX + 1));
        JobId last = submit(job(DevicePolicy.PREFER_NPU));
        assertEquals(Optional.of(4L), await(queue.get(last)).orElseThrow().position());
    }

    @Test
    void whyAttemptsBeganIsCountedAndKeptAlsoWhereTheIndexIsBuiltAgain() throws IOException {
        lanes();
        submit(job(DevicePolicy.NPU));
        submit(job(DevicePolicy.PREFER_NPU));
        submit(job(DevicePolicy.ANY));
        taken(Lane.NPU);
        taken(Lane.CPU);
        taken(Lane.NPU);
        Map<RouteReason, Long> expected =
                Map.of(RouteReason.REQUESTED, 1L, RouteReason.NPU_SATURATED, 1L, RouteReason.WITHIN_LIMIT, 1L);
        assertEquals(expected, await(queue.status()).routed());
        queue.close();
        open();
        assertEquals(expected, await(queue.status()).routed());
        queue.close();
        Files.delete(data.resolve("index.trust"));
        open();
        assertEquals(expected, await(queue.status()).routed());
    }

    @Test
    void longPromptStaysWhereItIsWhenTheIndexIsBuiltAgain() throws IOException {
        lanes();
        JobId id = submit(job(DevicePolicy.PREFER_NPU));
        await(queue.tooLong(taken(Lane.NPU), NPU_TOKENS_MAX + 1));
        queue.close();
        Files.delete(data.resolve("index.trust"));
        open();
        lanes();
        assertEquals(Optional.empty(), reason(take(Lane.NPU)));
        assertEquals(id, taken(Lane.CPU).id());
    }

    @Test
    void promptThatIsCountedWhenItComesWaitsForTheLaneThatTakesIt() {
        cpu(Condition.SERVING);
        counted(NPU_TOKENS_MAX + 1);
        JobId id = submit(job(DevicePolicy.PREFER_NPU));
        assertEquals(Optional.empty(), reason(take(Lane.NPU)));
        Claim claim = taken(Lane.CPU);
        assertEquals(id, claim.id());
        assertEquals(RouteReason.PROMPT_TOO_LONG, claim.routeReason());
        assertEquals(1, claim.attempt());
    }

    @ParameterizedTest
    @CsvSource({"NPU, 101, 100", "PREFER_NPU, 1001, 1000", "ANY, 1001, 1000"})
    void promptThatNoLaneTakesIsRefusedWithBothNumbersAndLeavesNoTrace(DevicePolicy device, int tokens, int most) {
        cpu(Condition.SERVING);
        counted(tokens);
        Submission submission = await(queue.submit(job(device)));
        Submission.Refused refused = assertInstanceOf(Submission.Refused.class, submission);
        assertEquals(Refusal.PROMPT_TOO_LONG, refused.reason());
        String message = refused.message();
        assertTrue(message.contains(" " + tokens + " ") && message.contains(" " + most + " "), message);
        assertEquals(0, await(queue.status()).byState().get(JobState.QUEUED));
    }

    /** An NPU that takes jobs, and counts each prompt as so long, a while after it was asked. */
    private void counted(int tokens) {
        PromptCounter counter = request -> CompletableFuture.supplyAsync(() -> OptionalInt.of(tokens));
        queue.laneState(
                Lane.NPU,
                new LaneState(Role.MAIN, Condition.SERVING, OptionalInt.of(NPU_TOKENS_MAX), Optional.of(counter)));
        await(queue.resume());
    }

    /** An NPU and a CPU that take jobs. */
    private void lanes() {
        npu(Condition.SERVING);
        cpu(Condition.SERVING);
    }

    private void npu(Condition condition) {
        queue.laneState(Lane.NPU, new LaneState(Role.MAIN, condition, OptionalInt.of(NPU_TOKENS_MAX)));
    }

    private void cpu(Condition condition) {
        queue.laneState(Lane.CPU, new LaneState(Role.FALLBACK, condition, OptionalInt.of(CPU_TOKENS_MAX)));
    }

    /** A job ran on the NPU for so long. */
    private void timed(Duration run) {
        submit(job(DevicePolicy.NPU));
        Claim claim = taken(Lane.NPU);
        time.pass(run);
        Queues.succeed(queue, claim, "done");
    }

    private static JobRequest job(DevicePolicy device) {
        return JobRequest.bounded(JobKind.TITLE, "a text").withDevice(device);
    }

    private JobId submit(JobRequest request) {
        return ((Submission.Accepted) await(queue.submit(request))).job().id();
    }

    private CompletableFuture<Optional<Claim>> take(Lane lane) {
        return queue.take(lane).toCompletableFuture();
    }

    private Claim taken(Lane lane) {
        return await(queue.take(lane)).orElseThrow();
    }

    private Claim taken(Lane lane, JobId expected) {
        Claim claim = taken(lane);
        assertEquals(expected, claim.id());
        return claim;
    }

    /** Why that lane was given a job; empty when it waits although all that was asked before is done. */
    private Optional<RouteReason> reason(CompletableFuture<Optional<Claim>> taker) {
        // The first may share a batch with what lets the lane take something, and be answered before it.
        await(queue.resume());
        await(queue.resume());
        return taker.isDone() ? taker.join().map(Claim::routeReason) : Optional.empty();
    }

    private static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
        return Queues.await(stage);
    }
}
