package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever observes a queue hears of each entry once, when it is on disk, and before the one who waits for it. */
final class ObserverTest {
    private static final JobRequest TITLE = JobRequest.bounded(JobKind.TITLE, "x");

    @TempDir
    private Path data;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final QueueObserver observer = new QueueObserver() {
        @Override
        public void submitted(JobStep job) {
            heard.add("submitted " + job.kind().wire());
        }

        @Override
        public void refused(Refusal reason) {
            heard.add("refused " + reason);
        }

        @Override
        public void started(JobStep job, RouteReason reason, boolean isMain) {
            assertEquals(job.at(), job.startedAt().orElseThrow());
            assertFalse(job.at().isBefore(job.acceptedAt()) || job.onDiskAt().isBefore(job.at()), job::toString);
            heard.add("started " + job.lane().orElseThrow().wire() + " " + reason.wire()
                    + (isMain ? " on the main lane" : ""));
        }

        @Override
        public void recovered(JobStep job, String reason) {
            assertFalse(job.lane().isPresent(), job::toString);
            heard.add("recovered " + reason);
        }

        @Override
        public void ended(JobStep job, JobState state, Optional<ErrorCode> error, Optional<Evidence> evidence) {
            heard.add("ended " + state.wire()
                    + error.map(code -> " " + code.wire()).orElse(""));
        }
    };

    @Test
    void eachEntryIsHeardBeforeItsAnswerIsGiven() throws Exception {
        try (EmbeddedJobQueue queue = open(observer)) {
            queue.laneState(Lane.NPU, serving(LaneState.Role.MAIN));
            accepted(queue);
            assertEquals(List.of("submitted title"), heard);
            Claim claim = await(queue.take(Lane.NPU)).orElseThrow();
            assertEquals("started npu within_limit on the main lane", last());
            await(queue.giveBack(claim, "as the test has it"));
            assertEquals("recovered as the test has it", last());
            Claim again = await(queue.take(Lane.NPU)).orElseThrow();
            await(queue.finish(again, failed()));
            assertEquals("ended failed generation_failed", last());
            await(queue.finish(again, failed()));
            assertEquals(5, heard.size(), "an answer that was fenced off is on no record");
            queue.stopAccepting();
            assertInstanceOf(Submission.Refused.class, await(queue.submit(TITLE)));
            assertEquals("refused DRAINING", last());
        }
    }

    @Test
    void whatAStartRecoversIsHeardWithItsOpening() throws Exception {
        try (EmbeddedJobQueue queue = open(QueueObserver.NONE)) {
            accepted(queue);
            assertTrue(await(queue.take(Lane.NPU)).isPresent());
        }
        try (EmbeddedJobQueue unused = open(observer)) {
            assertEquals(1, heard.size(), heard::toString);
            assertTrue(last().startsWith("recovered "), heard::toString);
        }
    }

    @Test
    void anObserverThatThrowsStopsNothing() throws Exception {
        QueueObserver broken = new QueueObserver() {
            @Override
            public void submitted(JobStep job) {
                throw new IllegalStateException("as the test has it");
            }

            @Override
            public void committed(long nanos) {
                throw new IllegalStateException("as the test has it");
            }
        };
        try (EmbeddedJobQueue queue = open(broken)) {
            accepted(queue);
            accepted(queue);
            assertEquals(2, await(queue.status()).byState().get(JobState.QUEUED));
        }
    }

    /** The depth by lane adds up to what waits, but for jobs that are held back. */
    @Test
    void jobsWaitInTheLineOfTheLaneThatTakesThem() throws Exception {
        try (EmbeddedJobQueue queue = open(QueueObserver.NONE)) {
            queue.laneState(Lane.GPU, serving(LaneState.Role.MAIN));
            queue.laneState(Lane.CPU, serving(LaneState.Role.FALLBACK));
            accepted(queue);
            accepted(queue);
            await(queue.submit(TITLE.withRunAfter(Duration.ofHours(1))));
            await(queue.submit(TITLE.withDevice(DevicePolicy.NPU)));
            assertEquals(
                    Map.of(Lane.GPU, 2L, Lane.NPU, 1L), await(queue.status()).queuedByLane());
        }
    }

    private EmbeddedJobQueue open(QueueObserver heardBy) {
        return EmbeddedJobQueue.open(
                QueueConfig.in(data),
                Clock.systemUTC(),
                System::nanoTime,
                failure -> {
                    throw new AssertionError("the queue gave up", failure);
                },
                heardBy);
    }

    private static LaneState serving(LaneState.Role role) {
        return new LaneState(role, LaneState.Condition.SERVING, OptionalInt.empty());
    }

    private static Outcome failed() {
        return new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "as the test has it"), Optional.empty());
    }

    private static void accepted(JobQueue queue) throws Exception {
        assertInstanceOf(Submission.Accepted.class, await(queue.submit(TITLE)));
    }

    private String last() {
        return heard.get(heard.size() - 1);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
