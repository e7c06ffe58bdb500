package io.npuq.worker.lane;

import static io.npuq.worker.lane.Lanes.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.JobRequest;
import io.npuq.schema.RouteReason;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.process.ScriptedEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Between which jobs an NPU is said to have idled, and for how long. */
@Timeout(60)
final class IdleGapsTest {
    private static final LaneDevice NPU = new LaneDevice("NPU", "NPU", true);
    private static final LaneDevice CPU = new LaneDevice("CPU", "CPU", false);
    private static final JobRequest TITLE = request("one");

    private final List<Long> heard = new ArrayList<>();
    private final IdleGaps gaps = new IdleGaps(heard::add);

    @TempDir
    private Path directory;

    @Test
    void fromTheEndOfOneJobToTheStartOfOneThatWaited() {
        run(attempt(TITLE, 1, 0), NPU, 10, 100);
        run(attempt(TITLE, 1, 90), NPU, 107, 200);
        run(attempt(TITLE, 1, 200), NPU, 201, 300);
        assertEquals(List.of(7L, 1L), heard);
    }

    @Test
    void aJobThatCameLaterSaysNothingOfTheNpu() {
        run(attempt(TITLE, 1, 0), NPU, 10, 100);
        run(attempt(TITLE, 1, 101), NPU, 150, 200);
        assertEquals(List.of(), heard);
    }

    @Test
    void norDoesOneThatWasHeldBackOrRunsAgain() {
        run(attempt(TITLE, 1, 0), NPU, 10, 100);
        run(attempt(TITLE.withRunAfter(Duration.ofMinutes(1)), 1, 5), NPU, 150, 200);
        run(attempt(TITLE, 2, 5), NPU, 250, 300);
        assertEquals(List.of(), heard);
    }

    @Test
    void anotherDeviceIsNoNpu() {
        run(attempt(TITLE, 1, 0), CPU, 10, 100);
        run(attempt(TITLE, 1, 5), CPU, 150, 200);
        assertEquals(List.of(), heard);
    }

    /** The lane's own, with the real queue: a gap between each two jobs of a backlog, and none before a job that finds the lane idle. */
    @Test
    void aBacklogOfTenHasNineGaps() throws Exception {
        Path counter = Files.writeString(directory.resolve("counter"), "5000");
        CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        BlockingQueue<Long> told = new LinkedBlockingQueue<>();
        long beganTick = System.nanoTime();
        try (EmbeddedJobQueue queue = EmbeddedJobQueue.open(
                QueueConfig.in(directory.resolve("data")), Clock.systemUTC(), System::nanoTime, fatal::complete)) {
            List<CompletableFuture<?>> ends = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                ends.add(end(queue));
            }
            LaneLoop lane = LaneLoop.start(
                    queue,
                    Lanes.npu(counter),
                    () -> new ScriptedEngine(
                            JsonNodeFactory.instance.objectNode().put("device", "NPU")),
                    System::nanoTime,
                    fatal::complete,
                    new LaneObserver() {
                        @Override
                        public void idled(long nanos) {
                            told.add(nanos);
                        }
                    });
            for (CompletableFuture<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
            end(queue).get(30, TimeUnit.SECONDS);
            Lanes.awaitEnd(lane.stop(Duration.ZERO).toCompletableFuture());
        }
        long allNanos = System.nanoTime() - beganTick;
        assertEquals(9, told.size());
        assertTrue(told.stream().allMatch(gap -> gap >= 0), told::toString);
        assertTrue(told.stream().mapToLong(gap -> gap).sum() < allNanos, told::toString);
    }

    private static CompletableFuture<?> end(EmbeddedJobQueue queue) throws Exception {
        CompletableFuture<Object> end = new CompletableFuture<>();
        queue.submit(TITLE, Sender.UNKNOWN, event -> {
                    if (event instanceof JobEvent.StateChanged changed
                            && changed.job().state().isFinal()) {
                        end.complete(changed);
                    }
                })
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return end;
    }

    private void run(Attempt attempt, LaneDevice device, long from, long to) {
        gaps.begins(attempt, device, from);
        gaps.ended(to);
    }

    private static Attempt attempt(JobRequest request, int number, long acceptedTick) {
        return new Attempt(request, RouteReason.WITHIN_LIMIT, number, 0, 0, acceptedTick);
    }
}
