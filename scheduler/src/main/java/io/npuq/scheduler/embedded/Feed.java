package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.Watch;
import io.npuq.schema.JobId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells watchers what happens to the jobs they watch. Holds nothing for a job that nobody watches. */
final class Feed {
    private final Map<JobId, List<Consumer<JobEvent>>> watchers = new ConcurrentHashMap<>();

    Watch watch(JobId id, Consumer<JobEvent> listener) {
        watchers.compute(id, (job, known) -> {
            List<Consumer<JobEvent>> list = known == null ? new CopyOnWriteArrayList<>() : known;
            list.add(listener);
            return list;
        });
        return () -> watchers.computeIfPresent(id, (job, known) -> {
            known.remove(listener);
            return known.isEmpty() ? null : known;
        });
    }

    boolean isWatched(JobId id) {
        return watchers.containsKey(id);
    }

    void tell(JobId id, JobEvent event) {
        List<Consumer<JobEvent>> known = watchers.get(id);
        if (known != null) {
            known.forEach(listener -> listener.accept(event));
        }
    }
}
