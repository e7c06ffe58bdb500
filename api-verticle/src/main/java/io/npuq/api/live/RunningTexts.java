package io.npuq.api.live;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Watch;
import io.npuq.schema.JobId;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the running jobs have written so far: of each the end, so that it stays small. On one event loop. */
final class RunningTexts {
    /** How much of a text is shown, in characters; more falls away from its beginning. */
    static final int CHARS_MAX = 2_000;

    private final JobQueue queue;
    private final Context context;
    private final Map<JobId, Tail> tails = new HashMap<>();
    private long version;

    RunningTexts(JobQueue queue, Context context) {
        this.queue = queue;
        this.context = context;
    }

    /**
     * The end of a text.
     *
     * @param id whose
     * @param text it
     * @param from how many characters are left out before it
     */
    record Shown(JobId id, String text, long from) {}

    private static final class Tail {
        private final StringBuilder text = new StringBuilder();
        private Watch watch = Watch.NONE;
        private int attempt;
        private long from;

        private void add(JobEvent.Progress progress) {
            if (progress.attempt() != attempt) {
                attempt = progress.attempt();
                text.setLength(0);
                from = 0;
            }
            text.append(progress.text());
            int over = text.length() - CHARS_MAX;
            if (over > 0) {
                int cut = Character.isLowSurrogate(text.charAt(over)) ? over + 1 : over;
                text.delete(0, cut);
                from += cut;
            }
        }
    }

    /** Follows these jobs, and no other. */
    void follow(Set<JobId> running) {
        tails.entrySet().removeIf(tail -> {
            boolean ended = !running.contains(tail.getKey());
            if (ended) {
                tail.getValue().watch.close();
            }
            return ended;
        });
        for (JobId id : running) {
            if (!tails.containsKey(id)) {
                Tail tail = new Tail();
                tails.put(id, tail);
                tail.watch = queue.watch(id, event -> context.runOnContext(here -> told(tail, event)));
            }
        }
    }

    private void told(Tail tail, JobEvent event) {
        if (event instanceof JobEvent.Progress progress) {
            tail.add(progress);
            version++;
        }
    }

    List<Shown> shown() {
        return tails.entrySet().stream()
                .map(tail -> new Shown(tail.getKey(), tail.getValue().text.toString(), tail.getValue().from))
                .toList();
    }

    /** Changes with each piece of text. */
    long version() {
        return version;
    }
}
