package io.npuq.scheduler.common;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Watch;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells watchers what happens to the jobs they watch. Holds the text so far of each running attempt, which the job's token bound
 * bounds, and nothing else for a job that nobody watches.
 *
 * <p>The map's own locks guard only how often a topic is held; what a topic does, it does under its own lock, which is never taken
 * under one of the map's. So a listener may close its watch from within.
 */
public final class Feed {
    private final Map<JobId, Held> topics = new ConcurrentHashMap<>();

    /**
     * A topic that is needed.
     *
     * @param topic the job's watchers and text
     * @param holders its watches, and one more while the job runs
     */
    private record Held(Topic topic, int holders) {}

    /** Tells the listener what happens to the job, from now on. */
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        Topic topic = hold(id);
        Object key = topic.join(listener);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                topic.leave(key);
                release(id);
            }
        };
    }

    /** Told by a lane that begins an attempt: its text is kept from now on, and told once the writer tells that it runs. */
    public void begins(JobId id, int attempt) {
        if (!hold(id).begins(attempt)) {
            release(id);
        }
    }

    /** Told by the writer alone, in the order in which the states came. */
    public void changed(JobId id, JobEvent.StateChanged event) {
        boolean starts = event.job().state() == JobState.RUNNING;
        Topic topic = starts ? hold(id) : find(id);
        if (topic == null) {
            return;
        }
        if (starts) {
            if (topic.starts(event.job().attempt(), event)) {
                // It was held when it began, or for an attempt before it whose end nobody told.
                release(id);
            }
        } else if (topic.ends(event)) {
            release(id);
        }
    }

    /** Told by the lane that runs the attempt; what an attempt says that was given up is dropped. */
    public void made(JobId id, JobEvent.Progress progress) {
        Topic topic = find(id);
        if (topic != null) {
            topic.made(progress);
        }
    }

    /**
     * Text of an attempt that runs elsewhere. What is known of it is not told again; what comes after a gap is dropped.
     *
     * @param from where in the attempt's text the piece begins, in characters
     */
    public void heard(JobId id, int attempt, int from, String piece) {
        Topic topic = find(id);
        if (topic != null) {
            topic.heard(attempt, from, piece);
        }
    }

    /** How much of the attempt's text is there, in characters, while somebody watches it run; empty otherwise. */
    public OptionalInt wanted(JobId id, int attempt) {
        Topic topic = find(id);
        return topic == null ? OptionalInt.empty() : topic.wanted(attempt);
    }

    /** The attempt's text from that character on; empty when it does not run. */
    public Optional<String> since(JobId id, int attempt, int from) {
        Topic topic = find(id);
        return topic == null ? Optional.empty() : topic.since(attempt, from);
    }

    /** The jobs that are watched, or run. */
    public List<JobId> watched() {
        return List.copyOf(topics.keySet());
    }

    private @Nullable Topic find(JobId id) {
        Held held = topics.get(id);
        return held == null ? null : held.topic();
    }

    private Topic hold(JobId id) {
        return topics.compute(
                        id,
                        (job, held) ->
                                held == null ? new Held(new Topic(), 1) : new Held(held.topic(), held.holders() + 1))
                .topic();
    }

    private void release(JobId id) {
        topics.computeIfPresent(
                id, (job, held) -> held.holders() == 1 ? null : new Held(held.topic(), held.holders() - 1));
    }
}
