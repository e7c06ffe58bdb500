package io.npuq.scheduler.common;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.config.ClientLimits;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether one more job may be taken, by the writer's own view of the queue and of what keeps it. */
public final class Admission {
    private static final Duration RETRY_AFTER_STOP = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER_UNKNOWN = Duration.ofMinutes(1);
    private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private final Room room;
    private final QueueConfig config;
    private final Counts counts;
    private final Pace pace;
    private final SpentTokens tokens;
    private volatile boolean stopped;
    private volatile boolean draining;

    /** Takes all that there is room for. */
    public Admission(Room room, QueueConfig config, Counts counts, Pace pace, SpentTokens tokens) {
        this.room = room;
        this.config = config;
        this.counts = counts;
        this.pace = pace;
        this.tokens = tokens;
    }

    /** Refuses all from now on. */
    public void stop() {
        stopped = true;
    }

    /** Refuses all while it is on. */
    public void drain(boolean on) {
        draining = on;
    }

    /** Whether it refuses all. */
    public boolean isDraining() {
        return draining || stopped;
    }

    /** Why a job of that sender with that priority and an input of so many bytes is not taken; empty when it is. */
    public Optional<Submission.Refused> refusal(Instant now, Sender sender, int priority, int inputBytes)
            throws IOException {
        if (stopped) {
            return refused(Refusal.DRAINING, "the server is being stopped; try again later", RETRY_AFTER_STOP);
        }
        if (draining) {
            return refused(
                    Refusal.DRAINING,
                    "the queue is being drained: what it holds runs to its end, and nothing new is taken until it is resumed",
                    backlog());
        }
        if (counts.queued() >= config.queuedJobsMax()) {
            return refused(
                    Refusal.QUEUE_FULL,
                    "the queue is full: " + config.queuedJobsMax() + " jobs wait; try again later",
                    oneJob());
        }
        if (counts.queuedBytes() + inputBytes > config.queuedBytesMax()) {
            return refused(
                    Refusal.QUEUE_FULL,
                    "the queue is full: its inputs take " + counts.queuedBytes() + " of " + config.queuedBytesMax()
                            + " bytes; try again later",
                    oneJob());
        }
        Optional<Submission.Refused> ofItsOwn = beyondItsLimits(now, sender, priority);
        if (ofItsOwn.isPresent()) {
            return ofItsOwn;
        }
        return room.refusal(now);
    }

    private Optional<Submission.Refused> beyondItsLimits(Instant now, Sender sender, int priority) {
        ClientLimits limits = sender.limits();
        if (priority < limits.priority()) {
            return refused(
                    Refusal.PRIORITY_NOT_ALLOWED,
                    "priority " + priority + " is more urgent than this client may ask for, which is "
                            + limits.priority() + " (0 is the most urgent)",
                    Duration.ZERO);
        }
        long jobsMax = Math.min(config.clientJobsMax(), limits.queuedJobs().orElse(Long.MAX_VALUE));
        // No client has more than all have: so that is asked first, which every store knows at once.
        if (counts.queued() >= jobsMax && counts.queued(sender.client()) >= jobsMax) {
            return refused(
                    Refusal.CLIENT_FULL,
                    "this client has " + jobsMax + " jobs waiting, which is its limit; try again later",
                    oneJob());
        }
        if (limits.tokensPerMinute().isEmpty()) {
            return Optional.empty();
        }
        long most = limits.tokensPerMinute().getAsLong();
        long seconds = tokens.secondsUntilBelow(now, sender.client(), most);
        return seconds == 0
                ? Optional.empty()
                : refused(
                        Refusal.TOKENS_SPENT,
                        "the jobs of this client took " + most
                                + " tokens or more in the last minute, which is its limit; try again later",
                        Duration.ofSeconds(seconds));
    }

    private static Optional<Submission.Refused> refused(Refusal reason, String message, Duration retryAfter) {
        return Optional.of(new Submission.Refused(reason, message, retryAfter));
    }

    /** At a full queue, one place is free after one job has ended. */
    private Duration oneJob() {
        return shorter(pace.timeFor(1).orElse(RETRY_AFTER_UNKNOWN), RETRY_AFTER_MAX);
    }

    private Duration backlog() {
        return shorter(pace.timeFor(counts.queued()).orElse(RETRY_AFTER_STOP), RETRY_AFTER_MAX);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
