package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.common.Feed;
import io.npuq.schema.Job;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears of what is on disk: the observer, and those who watch a job. Whatever goes wrong with the former is not the queue's trouble. */
record Told(QueueObserver observer, Feed feed, StoreClock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(Told.class);

    /** The observer, once the transaction is on disk. */
    void observer(Tx tx, Consumer<QueueObserver> event) {
        if (observer != QueueObserver.NONE) {
            tx.afterCommit(() -> now(event));
        }
    }

    /** The job as that transaction leaves it; asked once it is on disk. */
    JobStep step(Tx tx, JobRow row) {
        return new JobStep(
                row.id(),
                row.kind(),
                row.attempt(),
                row.lane(),
                row.createdAt(),
                row.startedAt(),
                tx.now(),
                clock.now(),
                row.trace());
    }

    /** Those who watch the job, once the transaction is on disk. */
    void watchers(Tx tx, Job job) {
        tx.afterCommit(() -> feed.changed(job.id(), new JobEvent.StateChanged(job)));
    }

    void now(Consumer<QueueObserver> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException e) {
            LOG.warn("what the queue did could not be counted: a bug in npuq", e);
        }
    }
}
