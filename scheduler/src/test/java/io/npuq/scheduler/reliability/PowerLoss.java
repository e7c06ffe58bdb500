package io.npuq.scheduler.reliability;

import io.npuq.scheduler.JobQueue;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;

/** One seed of {@link PowerLossTest}: lives that end by a power loss, or by a kill, in start, work or close. */
final class PowerLoss {
    private static final int LIVES_MAX = 3;
    private static final int OPERATIONS_MAX = 30;
    private static final int OPERATIONS_OF_A_START_MAX = 8;
    private static final int OPERATIONS_OF_A_CLOSE_MAX = 5;

    private final Lives lives;

    PowerLoss(long seed, Scratch scratch, Disk.Honesty honesty, UnaryOperator<JobQueue> plant) {
        this.lives = new Lives(seed, scratch.path(), honesty, plant);
    }

    List<String> play() throws IOException, InterruptedException {
        for (int i = lives.dice().nextInt(LIVES_MAX); i >= 0; i--) {
            oneLife();
            if (i > 0 && lives.dice().nextInt(3) == 0) {
                lives.processDied();
            } else {
                lives.powerWasLost();
            }
        }
        return lives.liveToTheEnd();
    }

    int acknowledged() {
        return lives.books().acknowledged();
    }

    private void oneLife() throws IOException, InterruptedException {
        boolean inStart = lives.dice().nextInt(4) == 0;
        if (inStart) {
            arm(OPERATIONS_OF_A_START_MAX);
        }
        lives.live(queue -> {
            if (!inStart) {
                lives.compare(queue);
                arm(OPERATIONS_MAX);
            }
            lives.work(queue);
            if (lives.dice().nextBoolean()) {
                arm(OPERATIONS_OF_A_CLOSE_MAX);
                queue.queue().close();
            }
            lives.disk().losePower();
        });
    }

    private void arm(int operationsMax) {
        lives.disk()
                .arm(
                        Disk.Trouble.POWER_LOSS,
                        EnumSet.allOf(Disk.Operation.class),
                        1 + lives.dice().nextInt(operationsMax));
    }
}
