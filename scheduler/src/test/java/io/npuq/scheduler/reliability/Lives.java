package io.npuq.scheduler.reliability;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.embedded.OpenQueue;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * The lives that one queue lives on one disk, driven by one seed. However a life ends, in the next one all that was acknowledged before
 * must be there. A seed asks the same in the same batches each time; which of two syncs that run side by side comes first is not its
 * to say.
 */
final class Lives {
    /** Small, so that most lives see segments turn, and their texts go. */
    private static final long SEGMENT_BYTES = 8 << 10;

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final int STEPS_MAX = 6;
    private static final int LEAP_SECONDS = 2_000;

    private final Path scratch;
    private final Disk.Honesty honesty;
    private final UnaryOperator<JobQueue> plant;
    private final Random dice;
    private final Books books = new Books();
    private final Clients clients;
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger fatal = new AtomicInteger();
    private CompletableFuture<Boolean> told = new CompletableFuture<>();
    private Disk disk;
    private int life;

    Lives(long seed, Path scratch, Disk.Honesty honesty, UnaryOperator<JobQueue> plant) {
        this.scratch = scratch;
        this.honesty = honesty;
        this.plant = plant;
        this.dice = new Random(seed);
        this.clients = new Clients(dice, books, this::now);
        this.disk = new Disk(dice.nextLong(), honesty);
    }

    static Lives honest(long seed, Path scratch) {
        return new Lives(seed, scratch, Disk.Honesty.HONEST, queue -> queue);
    }

    Random dice() {
        return dice;
    }

    Books books() {
        return books;
    }

    Clients clients() {
        return clients;
    }

    Disk disk() {
        return disk;
    }

    /** What a life does with its open queue. */
    @FunctionalInterface
    interface Work {
        void with(OpenQueue queue) throws IOException;
    }

    /**
     * Opens the queue, works, and leaves it as a dead process would, whether the work came to its end, the queue closed, or the disk
     * stopped it.
     */
    void live(Work work) throws IOException, InterruptedException {
        fatal.set(0);
        told = new CompletableFuture<>();
        OpenQueue queue;
        try {
            queue = open();
        } catch (QueueUnavailableException e) {
            if (!disk.hasStruck()) {
                throw e;
            }
            clients.forgetClaims();
            return;
        }
        try {
            work.with(queue);
        } catch (QueueClosedException | QueueUnavailableException e) {
            if (!disk.hasStruck()) {
                books.fail("the queue gave up though its disk was in order: " + e);
            }
        } finally {
            queue.abandon();
        }
        clients.readAnswers();
        clients.forgetClaims();
        if (fatal.get() > 1) {
            books.fail("fatal was told " + fatal.get() + " times");
        }
    }

    /** The last life: all is there, works, closes in order, opens again, and the disk says the same as the queue. */
    List<String> liveToTheEnd() throws IOException, InterruptedException {
        try {
            live(queue -> {
                compare(queue);
                work(queue);
                queue.queue().close();
            });
            live(queue -> {
                compare(queue);
                queue.queue().close();
            });
            books.compare(DiskAudit.of(directory().resolve("journal")));
        } catch (QueueUnavailableException e) {
            books.fail("the queue does not open again: " + e.getMessage());
        }
        return books.failures();
    }

    /** At rest: while a job ends, there is a moment in which its text is gone and its row is not written yet. */
    void compare(OpenQueue queue) {
        queue.hold().release();
        books.compare(plant.apply(queue.queue()), now());
    }

    /** The queue's batches are made here: what is asked between two holds is one, or one and those made beside its commit. */
    void work(OpenQueue queue) {
        JobQueue seen = plant.apply(queue.queue());
        for (int step = dice.nextInt(STEPS_MAX); step >= 0; step--) {
            OpenQueue.Held held = queue.hold();
            clients.readAnswers();
            nanos.addAndGet(
                    Duration.ofSeconds(dice.nextInt(8) == 0 ? LEAP_SECONDS : 1).toNanos());
            clients.ask(seen);
            held.release();
            if (dice.nextBoolean()) {
                clients.ask(seen);
            }
        }
        settle(queue);
    }

    /** Waits until everything is answered. */
    void settle(OpenQueue queue) {
        queue.hold().release();
        clients.readAnswers();
    }

    /** Once the disk has failed its writer, the queue says so, and takes nothing more. */
    void checkGaveUp(OpenQueue queue) {
        Waiting.on(told);
        boolean refused = queue.queue()
                .submit(JobRequest.bounded(JobKind.TITLE, "after the error"))
                .toCompletableFuture()
                .isCompletedExceptionally();
        if (!refused) {
            books.fail("the queue takes jobs after it gave up");
        }
    }

    Path directory() {
        return scratch.resolve("life-" + life);
    }

    Instant now() {
        return START.plusNanos(nanos.get());
    }

    /** The process died, and the machine went on: its files are as it left them, synced or not. */
    void processDied() {
        disk.revive();
    }

    /**
     * The power was lost: of what was not synced, anything may be left. The index comes along only when it says that it was closed in
     * order: otherwise nobody would look into it.
     */
    void powerWasLost() throws IOException {
        Path before = directory();
        life++;
        Files.createDirectories(directory().resolve("journal"));
        disk.settleAfterPowerLoss(before.resolve("journal"), directory().resolve("journal"));
        disk = new Disk(dice.nextLong(), honesty);
        Path trust = before.resolve("index.trust");
        if (Files.exists(trust) && Files.readString(trust).startsWith("closed")) {
            Files.move(before.resolve("index.mv.db"), directory().resolve("index.mv.db"));
            Files.move(trust, directory().resolve("index.trust"));
        }
    }

    private OpenQueue open() {
        QueueConfig config = new QueueConfig(
                directory(),
                1_000,
                1_000,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                false,
                Known.RETENTION,
                QueueConfig.SPILL_AFTER);
        Clock clock = Clock.fixed(now(), ZoneOffset.UTC);
        // The tick goes on from life to life, as the clock does.
        long opened = nanos.get();
        return OpenQueue.open(config, clock, () -> nanos.get() - opened, disk, SEGMENT_BYTES, failure -> {
            fatal.incrementAndGet();
            told.complete(true);
        });
    }
}
