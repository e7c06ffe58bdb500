package io.npuq.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.scheduler.Claim;
import io.npuq.schema.JobState;
import io.npuq.worker.lane.LaneObserver;
import io.npuq.worker.lane.Lanes;
import io.npuq.worker.lane.ScriptedQueue;
import io.npuq.worker.process.ScriptedChild;
import io.npuq.worker.process.ScriptedEngine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NpuWorkerVerticleTest {
    /** More than there are event loops, so that each of them has one. */
    private static final int EVENT_LOOP_TASKS = 8 * Runtime.getRuntime().availableProcessors();

    private final Vertx vertx = Vertx.vertx();
    private final ScriptedQueue queue = new ScriptedQueue();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();

    @AfterEach
    void closeVertx() throws Exception {
        done(vertx.close());
    }

    @Test
    void deployingAndUndeployingDoNotWaitForAModelThatLoadsForEver() throws Exception {
        NpuWorkerVerticle verticle = new NpuWorkerVerticle(
                queue,
                Lanes.settings(),
                () -> ScriptedChild.engine(
                        JsonNodeFactory.instance.objectNode().put("hang", true), Duration.ofMinutes(1)),
                fatal::complete,
                LaneObserver.NONE);
        String deployment = done(vertx.deployVerticle(verticle));
        assertFalse(verticle.status().loaded());
        assertEquals(Optional.empty(), verticle.status().trouble());
        done(vertx.undeploy(deployment));
        assertFalse(fatal.isDone());
    }

    @Test
    void theEventLoopIsFreeWhileAJobRuns() throws Exception {
        NpuWorkerVerticle verticle = new NpuWorkerVerticle(
                queue,
                Lanes.settings(),
                () -> new ScriptedEngine(JsonNodeFactory.instance.objectNode()),
                fatal::complete,
                LaneObserver.NONE);
        CountDownLatch eventLoops = new CountDownLatch(EVENT_LOOP_TASKS);
        String deployment = done(vertx.deployVerticle(verticle));
        Claim claim = queue.put(Lanes.request("begun wait"));
        queue.text();
        for (int i = 0; i < EVENT_LOOP_TASKS; i++) {
            vertx.runOnContext(nothing -> eventLoops.countDown());
        }
        assertTrue(eventLoops.await(5, TimeUnit.SECONDS), "an event loop is blocked");
        Future<?> undeployed = vertx.undeploy(deployment);
        claim.cancel().cancel();
        done(undeployed);
        assertEquals(JobState.CANCELLED, queue.answer().outcome().orElseThrow().state());
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
