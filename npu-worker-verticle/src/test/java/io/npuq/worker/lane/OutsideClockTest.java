package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Job;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a lane records of a job against a clock and a counter that stand outside of it. The test holds both: no time passes and no work is
 * counted but by its hand, so that every recorded number can be compared with what it did, and none depends on how fast a machine is.
 */
@Timeout(60)
final class OutsideClockTest {
    /** The queue counts in microseconds. */
    private static final double MICROSECOND_MS = 0.001;

    @TempDir
    private Path directory;

    private final AtomicLong tick = new AtomicLong(5_000_000_000L);
    private final SynchronousQueue<String> reached = new SynchronousQueue<>();
    private final SynchronousQueue<String> goOn = new SynchronousQueue<>();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private Path counter;
    private long busyUs = 1_000_003;
    private EmbeddedJobQueue queue;
    private LaneLoop lane;

    @BeforeEach
    void open() throws IOException {
        counter = directory.resolve("busy");
        work(0);
        Clock wall = Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);
        queue = EmbeddedJobQueue.open(QueueConfig.in(directory.resolve("data")), wall, tick::get, fatal::complete);
    }

    @AfterEach
    void close() throws Exception {
        if (lane != null) {
            Lanes.awaitEnd(lane.stop(Duration.ZERO).toCompletableFuture());
        }
        queue.close();
    }

    @Test
    void everyRecordedTimeAndTheCountersGrowthAreThoseFromOutside() throws Exception {
        CompletableFuture<Job> cold = submit();
        pass(81_250);
        lane = LaneLoop.start(queue, Lanes.npu(counter), HeldEngine::new, tick::get, fatal::complete);
        at("load");
        pass(400_500);
        go();
        Evidence first = generate(cold, 7_250, 30_500, 5_123);
        assertMs(481.75, first.timing().queueWait());
        assertMs(400.5, first.timing().load());
        assertMs(400.5, first.timing().initialLoad());
        assertMs(7.25, first.timing().timeToFirstToken());
        assertMs(37.75, first.timing().generate());
        assertMs(519.5, first.timing().total());

        pass(60_000);
        CompletableFuture<Job> warm = submit();
        Evidence second = generate(warm, 1_001, 2_002, 17);
        assertMs(0, second.timing().queueWait());
        assertMs(0, second.timing().load());
        assertMs(3.003, second.timing().generate());
        assertMs(3.003, second.timing().total());
        assertEquals(true, second.npuBusyQuiet(), "nobody used the device in the idle window");

        pass(60_000);
        work(99);
        Evidence third = generate(submit(), 1, 1, 0);
        assertEquals(false, third.npuBusyQuiet(), "somebody else used the device in the idle window");
        assertEquals(Verdict.NPU_UNPROVEN, third.verdict());
    }

    /** Has a job generate for so long, in microseconds, while the counter grows by so much; its evidence is that growth. */
    private Evidence generate(CompletableFuture<Job> job, long prefillUs, long decodeUs, long growthUs)
            throws Exception {
        at("generate");
        long before = busyUs;
        pass(prefillUs);
        go();
        at("token");
        work(growthUs);
        pass(decodeUs);
        go();
        Evidence evidence = job.get().evidence().orElseThrow();
        assertEquals(before, evidence.npuBusyBeforeUs());
        assertEquals(Long.parseLong(Files.readString(counter).strip()), evidence.npuBusyAfterUs());
        assertEquals(growthUs, evidence.npuBusyDeltaUs());
        return evidence;
    }

    private CompletableFuture<Job> submit() throws Exception {
        CompletableFuture<Job> ended = new CompletableFuture<>();
        Consumer<JobEvent> listener = event -> {
            if (event instanceof JobEvent.StateChanged changed
                    && changed.job().state().isFinal()) {
                ended.complete(changed.job());
            }
        };
        assertInstanceOf(
                Submission.Accepted.class,
                queue.submit(Lanes.request("x"), Sender.UNKNOWN, listener)
                        .toCompletableFuture()
                        .get());
        return ended;
    }

    private void pass(long micros) {
        tick.addAndGet(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private void work(long micros) throws IOException {
        busyUs += micros;
        Files.writeString(counter, busyUs + "\n");
    }

    private void at(String where) throws InterruptedException {
        assertEquals(where, reached.poll(30, TimeUnit.SECONDS), () -> "the lane: " + fatal.getNow(null));
    }

    private void go() throws InterruptedException {
        goOn.put("");
    }

    private static void assertMs(double expected, Double recorded) {
        assertEquals(expected, recorded, MICROSECOND_MS);
    }

    /** Waits at each step until the test lets it go on, and measures as engines do. */
    private final class HeldEngine implements Engine {
        @Override
        public EngineInfo load() {
            Stopwatch watch = new Stopwatch(tick::get);
            step("load");
            return new EngineInfo("held", null, null, null, "NPU", "NPU", watch.elapsedMs(), null);
        }

        @Override
        public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel) {
            Stopwatch watch = new Stopwatch(tick::get);
            step("generate");
            watch.token();
            step("token");
            return new Generated(
                    "x", null, FinishReason.STOP, new Usage(1, 1), watch.firstTokenMs(), watch.elapsedMs());
        }

        @Override
        public void close() {}

        private void step(String where) {
            try {
                reached.put(where);
                goOn.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
