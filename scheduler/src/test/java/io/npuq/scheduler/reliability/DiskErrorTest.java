package io.npuq.scheduler.reliability;

import io.npuq.scheduler.QueueClosedException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every write and every sync of a run fails once, each in a run of its own; the disk is in order before and after. */
final class DiskErrorTest {
    private static final long OPERATIONS_MAX = 1_000;

    private long runs;

    @Test
    void afterAFailedWriteNothingMoreIsAcknowledgedAndNothingIsLost() throws Exception {
        check(
                "write-error",
                "every n-th write or truncation of a run fails",
                EnumSet.of(Disk.Operation.WRITE, Disk.Operation.TRUNCATE));
    }

    @Test
    void afterAFailedSyncNothingMoreIsAcknowledgedAndNothingIsLost() throws Exception {
        check(
                "sync-error",
                "every n-th sync of a run fails",
                EnumSet.of(Disk.Operation.SYNC, Disk.Operation.SYNC_DIRECTORY));
    }

    private void check(String name, String what, Set<Disk.Operation> operations) throws Exception {
        new Tally(name, what, 1).check(seed -> everyOne(seed, operations), () -> runs + " runs");
    }

    /** Until the run ends before its n-th operation. */
    private List<String> everyOne(long seed, Set<Disk.Operation> operations) throws IOException, InterruptedException {
        for (long n = 1; n <= OPERATIONS_MAX; n++) {
            try (Scratch scratch = new Scratch()) {
                Lives lives = Lives.honest(seed, scratch.path());
                boolean struck = failAt(lives, operations, n);
                List<String> failures = lives.liveToTheEnd();
                runs++;
                if (!struck || !failures.isEmpty()) {
                    return failures;
                }
            }
        }
        return List.of("the run has more than " + OPERATIONS_MAX + " operations");
    }

    /** Two lives, so that the second one starts with something to recover; whether the n-th operation came. */
    private static boolean failAt(Lives lives, Set<Disk.Operation> operations, long n)
            throws IOException, InterruptedException {
        Disk disk = lives.disk();
        disk.arm(Disk.Trouble.ERROR, operations, n);
        for (int life = 0; life < 2 && !disk.hasStruck(); life++) {
            lives.live(queue -> {
                try {
                    lives.work(queue);
                } catch (QueueClosedException e) {
                    lives.checkGaveUp(queue);
                    throw e;
                }
                queue.queue().close();
            });
        }
        boolean struck = disk.hasStruck();
        if (lives.dice().nextBoolean()) {
            lives.powerWasLost();
        } else {
            lives.processDied();
        }
        return struck;
    }
}
