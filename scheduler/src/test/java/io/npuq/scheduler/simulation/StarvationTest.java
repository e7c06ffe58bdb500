package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day on which urgent work comes faster than it is served, on one lane.
 *
 * <p>The bound: a job of priority p waits at most p minutes, and from then on only for those who were before it at that moment. For it is
 * due p minutes after it was accepted, at the latest, and nothing is due before it was accepted: so whoever comes later goes later. In
 * time: {@code p × 1 min + (jobs that may wait) × (longest run)}, the one that runs included, since the job itself is one of those that
 * wait. That is where no engine is lost; a job that took its engine down comes back to its old place, and runs at most
 * {@link Limits#ATTEMPTS_MAX} times.
 */
final class StarvationTest {
    private static final long SEED = Long.getLong("npuq.reliability.starvation.seed", 1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final int QUEUED_MAX = 100;
    private static final long RUN_MS_MIN = 5_000;
    private static final long RUN_MS_MAX = 15_000;

    /** Urgent jobs that come while one runs, on average twice as many as can be served. */
    private static final int URGENT_WHILE_ONE_RUNS_MAX = 4;

    private static final int PATIENT_EVERY = 6;

    private final Random dice = new Random(SEED);
    private final SimulatedTime time = new SimulatedTime();
    private final Map<JobId, Instant> latestStart = new HashMap<>();
    private final Map<Integer, Duration> longestWait = new HashMap<>();
    private int served;
    private int refused;

    @TempDir
    private Path directory;

    @Test
    void noJobWaitsPastItsBoundThroughADayOfUrgentOverload() {
        QueueConfig config = QueueConfig.in(directory).withQueuedJobsMax(QUEUED_MAX);
        Life life = new Life(config, time, new SimulatedDisk(), queue -> queue);
        Instant end = life.now().plus(DAY);
        while (life.now().isBefore(end)) {
            arrivals(life);
            serveOne(life);
        }
        while (anyWaits(life)) {
            serveOne(life);
        }
        for (JobId id : latestStart.keySet()) {
            Job job = life.await(life.queue().get(id)).orElseThrow();
            assertEquals(JobState.EXPIRED, job.state(), () -> "never served: " + job);
        }
        life.queue().close();
        System.out.printf(
                "| a day of urgent overload | seed %d | %d jobs served, %d refused, longest wait by priority %s | 0 |%n",
                SEED, served, refused, longestWait);
        assertTrue(refused > served / 2, "it was no overload");
        assertEquals(Limits.PRIORITY_MAX + 1, longestWait.size(), "priorities that were served");
    }

    private static boolean anyWaits(Life life) {
        life.settle(QUEUED_MAX);
        return life.await(life.queue().status()).byState().get(JobState.QUEUED) > 0;
    }

    private void arrivals(Life life) {
        for (int i = dice.nextInt(URGENT_WHILE_ONE_RUNS_MAX + 1); i >= 0; i--) {
            submit(life, dice.nextBoolean() ? plain(0) : hurried());
            time.pass(Duration.ofMillis(1 + dice.nextInt(20)));
        }
        if (dice.nextInt(PATIENT_EVERY) == 0) {
            submit(life, plain(1 + dice.nextInt(Limits.PRIORITY_MAX)));
        }
    }

    private void submit(Life life, JobRequest request) {
        if (life.await(life.queue().submit(request)) instanceof Submission.Accepted accepted) {
            Duration bound = Duration.ofMinutes(request.priority()).plus(Duration.ofMillis(RUN_MS_MAX * QUEUED_MAX));
            latestStart.put(accepted.job().id(), life.now().plus(bound));
        } else {
            refused++;
        }
    }

    private void serveOne(Life life) {
        Claim claim = life.await(life.queue().take(Lane.NPU)).orElseThrow();
        Instant latest = latestStart.remove(claim.id());
        assertTrue(!life.now().isAfter(latest), () -> claim + " should have started by " + latest);
        longestWait.merge(
                claim.request().priority(),
                Duration.between(claim.acceptedAt(), life.now()),
                (a, b) -> a.compareTo(b) > 0 ? a : b);
        time.pass(Duration.ofMillis(RUN_MS_MIN + dice.nextLong(RUN_MS_MAX - RUN_MS_MIN)));
        assertEquals(
                Finish.RECORDED,
                life.await(life.queue().finish(claim, new Requests(dice).outcome(claim.attempt(), false))));
        served++;
    }

    private static JobRequest plain(int priority) {
        return JobRequest.bounded(JobKind.TITLE, "a text").withPriority(priority);
    }

    /** Its deadline pulls it before all others, and is taken as an attempt. */
    private JobRequest hurried() {
        return plain(Limits.PRIORITY_DEFAULT)
                .withDeadline(Duration.ofMillis(1 + dice.nextInt(120_000)), DeadlineMode.BEST_EFFORT);
    }
}
