package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.JobError;
import io.npuq.schema.RouteReason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the observer is told of, once it is on disk. Whatever goes wrong with it is not the queue's trouble. */
final class Observed {
    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    private final QueueObserver observer;
    private final Lanes<JobRow> lanes;
    private final SteadyClock clock;

    Observed(QueueObserver observer, Lanes<JobRow> lanes, SteadyClock clock) {
        this.observer = observer;
        this.lanes = lanes;
        this.clock = clock;
    }

    /**
     * What is to be told of this change; empty when nothing is.
     *
     * @param at when it happened
     * @param row the job as the change leaves it
     */
    Optional<Runnable> of(Instant at, JobRow row, Change change) {
        if (change instanceof Change.Submitted) {
            return told(it -> it.submitted(step(row, at)));
        }
        if (change instanceof Change.Started started) {
            RouteReason reason = Objects.requireNonNull(started.route());
            boolean isMain = lanes.isMain(started.lane());
            return told(it -> it.started(step(row, at), reason, isMain));
        }
        if (change instanceof Change.Recovered recovered) {
            return told(it -> it.recovered(step(row, at), recovered.reason()));
        }
        if (change instanceof Change.Ended ended) {
            return told(it -> it.ended(
                    step(row, at),
                    ended.state(),
                    Optional.ofNullable(ended.error()).map(JobError::code),
                    Optional.ofNullable(ended.evidence())));
        }
        return Optional.empty();
    }

    /** A submission was refused. */
    Optional<Runnable> of(Refusal reason) {
        return told(it -> it.refused(reason));
    }

    /** Now, on the monotonic clock, in nanoseconds. */
    long tick() {
        return clock.tick();
    }

    /** A batch is on disk, whose writing began then. */
    void committed(long beganTick, long journalBytes) {
        long nanos = clock.tick() - beganTick;
        tell(it -> it.committed(nanos));
        journal(journalBytes);
    }

    /** The journal takes so many bytes. */
    void journal(long bytes) {
        tell(it -> it.journalBytes(bytes));
    }

    private JobStep step(JobRow row, Instant at) {
        return new JobStep(
                row.id(),
                row.kind(),
                row.attempt(),
                row.lane(),
                row.createdAt(),
                row.startedAt(),
                at,
                clock.now(),
                row.trace());
    }

    private Optional<Runnable> told(Consumer<QueueObserver> event) {
        return observer == QueueObserver.NONE ? Optional.empty() : Optional.of(() -> tell(event));
    }

    private void tell(Consumer<QueueObserver> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException e) {
            LOG.warn("what the queue did could not be counted: a bug in npuq", e);
        }
    }
}
