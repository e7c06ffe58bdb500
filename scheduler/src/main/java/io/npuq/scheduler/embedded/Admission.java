package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether one more job may be taken, by the writer's own view of queue and disk. */
final class Admission {
    private static final Duration DISK_CHECK_EVERY = Duration.ofMillis(100);
    private static final Duration RETRY_AFTER_DISK_SHORT = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER_STOP = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private final DataDirectory directory;
    private final long queuedJobsMax;
    private final Counters counters;
    private final ServiceRate rate;
    private Instant diskCheckedAt = Instant.EPOCH;
    private long freeBytes;
    private volatile boolean stopped;

    Admission(DataDirectory directory, long queuedJobsMax, Counters counters, ServiceRate rate) {
        this.directory = directory;
        this.queuedJobsMax = queuedJobsMax;
        this.counters = counters;
        this.rate = rate;
    }

    void stop() {
        stopped = true;
    }

    Optional<Submission.Refused> refusal(Instant now) throws IOException {
        if (stopped) {
            return Optional.of(new Submission.Refused(
                    Refusal.DRAINING, "the server is being stopped; try again later", RETRY_AFTER_STOP));
        }
        if (counters.queued() >= queuedJobsMax) {
            return Optional.of(new Submission.Refused(
                    Refusal.QUEUE_FULL,
                    "the queue is full: " + queuedJobsMax + " jobs wait; try again later",
                    timeForOneJob(now)));
        }
        if (freeBytes(now) < DataDirectory.FREE_BYTES_MIN) {
            return Optional.of(new Submission.Refused(
                    Refusal.DISK_SHORT,
                    "the server's disk is short of space; its operator must free some",
                    RETRY_AFTER_DISK_SHORT));
        }
        return Optional.empty();
    }

    /** At a full queue, one place is free after one job has ended. */
    private Duration timeForOneJob(Instant now) {
        Duration wait = rate.perSecond(now)
                .map(perSecond -> Duration.ofMillis((long) Math.ceil(1000 / perSecond)))
                .orElse(Duration.ofMinutes(1));
        return wait.compareTo(RETRY_AFTER_MAX) < 0 ? wait : RETRY_AFTER_MAX;
    }

    private long freeBytes(Instant now) throws IOException {
        if (now.isAfter(diskCheckedAt.plus(DISK_CHECK_EVERY))) {
            freeBytes = directory.freeBytes();
            diskCheckedAt = now;
        }
        return freeBytes;
    }
}
