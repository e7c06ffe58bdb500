package io.npuq.scheduler.simulation;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.embedded.SimulatedProcess;
import io.npuq.schema.JobId;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** One process of the queue, from its start to its end in order or its death. */
final class Life {
    private static final long SEGMENT_BYTES_MAX = 128L << 10;
    private static final long PATIENCE_S = 60;

    /** So many old things the queue clears away with one batch. */
    private static final int CLEARED_AT_ONCE = 100;

    private static final JobId NOBODY = JobId.of(1L << 16, 0);

    private final SimulatedTime time;
    private final SimulatedDisk disk;
    private final Instant openedAt;
    private final long openedTicks;
    private final SimulatedProcess process;
    private final JobQueue queue;

    /** Opens the queue; throws {@link io.npuq.scheduler.QueueUnavailableException} when the disk dies meanwhile. */
    Life(QueueConfig config, SimulatedTime time, SimulatedDisk disk, UnaryOperator<JobQueue> plant) {
        this.time = time;
        this.disk = disk;
        this.openedAt = time.instant().truncatedTo(ChronoUnit.MICROS);
        this.openedTicks = time.ticks();
        this.process = SimulatedProcess.open(config, time, time::ticks, disk, SEGMENT_BYTES_MAX);
        this.queue = plant.apply(process.queue());
    }

    /** The process is dead, and its caller got no answer. */
    static final class DiedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    JobQueue queue() {
        return queue;
    }

    int losses(JobId id) {
        return process.losses(id);
    }

    boolean rebuiltIndex() {
        return process.rebuiltIndex();
    }

    /** The queue's time: the wall clock's when it was opened, and from there the monotonic clock's. */
    Instant now() {
        return openedAt.plusNanos(time.ticks() - openedTicks);
    }

    void dieAt(int operation, boolean halfWrite) {
        disk.dieAt(operation, halfWrite);
    }

    /** The answer; throws {@link DiedException} when the process dies before it comes. */
    <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> answer = stage.toCompletableFuture();
        try {
            CompletableFuture.anyOf(answer, process.death()).get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!process.death().isDone()) {
                throw new AssertionError("the queue answers with a failure", e);
            }
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the queue does not answer", e);
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return answer.join();
        }
        throw new DiedException();
    }

    /** Waits until the queue has done all that its time brings, of which there are at most so many things. */
    void settle(int things) {
        for (int batch = 0; batch <= things / CLEARED_AT_ONCE; batch++) {
            await(queue().cancel(NOBODY));
        }
    }

    void die() throws IOException, InterruptedException {
        disk.die();
        process.abandon();
        disk.release();
    }
}
