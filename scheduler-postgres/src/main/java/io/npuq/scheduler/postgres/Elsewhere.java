package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.common.Feed;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who watch a job here what other hosts did to it. Their bells say when to look; the heartbeat does too, so that nothing is
 * missed but time. What a job says meanwhile is asked of the host that runs it ({@link Relay}); what of it did not come, comes with the end.
 */
final class Elsewhere {
    private static final Logger LOG = LoggerFactory.getLogger(Elsewhere.class);

    private final Feed feed;
    private final Readers readers;
    private final Settled settled;
    private final StoreClock clock;
    private final Relay relay;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();

    /** What was told of the jobs that are watched. One look at a time. */
    private final Map<JobId, Stand> told = new HashMap<>();

    /** When the text of those that run was asked for, by {@link System#nanoTime}. */
    private final Map<JobId, Long> asked = new HashMap<>();

    Elsewhere(Feed feed, Readers readers, Settled settled, StoreClock clock, Relay relay) {
        this.feed = feed;
        this.readers = readers;
        this.settled = settled;
        this.clock = clock;
        this.relay = relay;
    }

    /** Where a job stands, as far as a watcher can tell. */
    private record Stand(JobState state, int attempt) {
        private static final Stand NEW = new Stand(JobState.QUEUED, 0);

        static Stand of(JobRow row) {
            return new Stand(row.state(), row.attempt());
        }
    }

    /** Looks, soon. From any thread. */
    void look(int self) {
        again.set(true);
        if (looking.getAndSet(true)) {
            return;
        }
        var unused = readers.read(handle -> lookAt(handle, self)).whenComplete((done, failure) -> {
            looking.set(false);
            if (failure != null) {
                LOG.debug("jobs that run elsewhere could not be looked at: {}", StoreFailure.message(failure));
            } else if (again.get()) {
                look(self);
            }
        });
    }

    private boolean lookAt(Handle handle, int self) {
        again.set(false);
        List<JobId> watched = feed.watched();
        told.keySet().retainAll(watched);
        asked.keySet().retainAll(watched);
        if (!watched.isEmpty()) {
            for (JobRow row : JobTable.find(handle, watched)) {
                if (!row.host().equals(OptionalInt.of(self))) {
                    lookAt(handle, self, row);
                }
                told.put(row.id(), Stand.of(row));
            }
        }
        return true;
    }

    private void lookAt(Handle handle, int self, JobRow row) {
        boolean isNew = !told.getOrDefault(row.id(), Stand.NEW).equals(Stand.of(row));
        if (isNew) {
            Job job = settled.job(handle, row, clock.now());
            // Of the text, what did not come in time is in the answer.
            job.result().ifPresent(result -> tellRest(row, result.text()));
            feed.changed(row.id(), new JobEvent.StateChanged(job));
        }
        if (row.state() == JobState.RUNNING) {
            ask(self, row, isNew);
        }
    }

    private void tellRest(JobRow row, String answer) {
        boolean goesOn = feed.since(row.id(), row.attempt(), 0)
                .filter(answer::startsWith)
                .isPresent();
        if (goesOn) {
            feed.heard(row.id(), row.attempt(), 0, answer);
        }
    }

    private void ask(int self, JobRow row, boolean now) {
        OptionalInt from = feed.wanted(row.id(), row.attempt());
        @Nullable Long before = asked.get(row.id());
        boolean isDue = now || before == null || System.nanoTime() - before > Relay.ASK_EVERY.toNanos();
        if (from.isPresent() && isDue) {
            asked.put(row.id(), System.nanoTime());
            relay.ask(new Relay.Ask(row.host().orElseThrow(), self, row.id(), row.attempt(), from.getAsInt()));
        }
    }
}
