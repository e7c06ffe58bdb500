package io.npuq.scheduler.reliability;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.embedded.OpenQueue;
import io.npuq.schema.Lane;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The disk runs full while jobs are submitted, finished, or recovered at a start; then space comes back. */
final class DiskFullTest {
    private static final int STEP_BYTES = 1 << 20;
    private static final int LARGE_ANSWER_CHARS = 3 * STEP_BYTES / 2;
    private static final int SUBMITS = 400;

    private long runs;

    @Test
    void nothingIsAcknowledgedThatAFullDiskDidNotTake() throws Exception {
        new Tally("full", "disk full in submit, finish and start, then space again", 6)
                .check(this::everyPhase, () -> runs + " runs");
    }

    private List<String> everyPhase(long seed) throws IOException, InterruptedException {
        for (Phase phase : List.<Phase>of(
                DiskFullTest::inTheFirstSubmit,
                DiskFullTest::inASubmit,
                DiskFullTest::inAFinish,
                DiskFullTest::inAStart)) {
            try (Scratch scratch = new Scratch()) {
                Lives lives = Lives.honest(seed, scratch.path());
                phase.fill(lives);
                lives.processDied();
                List<String> failures = lives.liveToTheEnd();
                runs++;
                if (!failures.isEmpty()) {
                    return failures;
                }
            }
        }
        return List.of();
    }

    /** A phase in which the disk runs full. */
    private interface Phase {
        void fill(Lives lives) throws IOException, InterruptedException;
    }

    private static void inTheFirstSubmit(Lives lives) throws IOException, InterruptedException {
        lives.live(queue -> untilFull(lives, queue, () -> {
            lives.disk().limit(lives.dice().nextInt(2 * STEP_BYTES));
            lives.clients().submit(queue.queue(), lives.clients().request());
            lives.settle(queue);
        }));
    }

    private static void inASubmit(Lives lives) throws IOException, InterruptedException {
        lives.live(queue -> untilFull(lives, queue, () -> {
            lives.work(queue);
            lives.disk().limit(lives.disk().usedBytes() + lives.dice().nextInt(STEP_BYTES));
            for (int i = 0; i < SUBMITS; i++) {
                lives.clients().submit(queue.queue(), lives.clients().largeRequest());
                lives.settle(queue);
            }
        }));
    }

    private static void inAFinish(Lives lives) throws IOException, InterruptedException {
        lives.live(queue -> untilFull(lives, queue, () -> {
            lives.work(queue);
            lives.clients().submit(queue.queue(), lives.clients().request());
            lives.settle(queue);
            lives.clients().take(queue.queue(), Lane.CPU);
            lives.settle(queue);
            lives.disk().limit(lives.disk().usedBytes() + lives.dice().nextInt(STEP_BYTES / 2));
            lives.clients().finishOne(queue.queue(), LARGE_ANSWER_CHARS);
            lives.settle(queue);
        }));
    }

    private static void inAStart(Lives lives) throws IOException, InterruptedException {
        lives.live(queue -> {
            lives.clients().submit(queue.queue(), lives.clients().request());
            lives.clients().take(queue.queue(), Lane.CPU);
            lives.settle(queue);
            queue.queue().close();
        });
        lives.disk().limit(lives.disk().usedBytes() + lives.dice().nextInt(STEP_BYTES / 2));
        try {
            lives.live(queue -> lives.books().fail("the queue started on a full disk, with a job to recover"));
        } catch (QueueUnavailableException e) {
            if (!e.getMessage().contains("No space left")) {
                lives.books().fail("the start does not say that the disk is full: " + e.getMessage());
            }
        }
    }

    /** What the disk does not take must end the queue. */
    private static void untilFull(Lives lives, OpenQueue queue, Runnable filling) {
        JobQueue open = queue.queue();
        try {
            filling.run();
            lives.books().fail("the disk did not run full, or " + open + " did not mind");
        } catch (QueueClosedException e) {
            lives.checkGaveUp(queue);
        }
    }
}
