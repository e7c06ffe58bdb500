package io.npuq.api.jobs;

import io.npuq.scheduler.JobEvent;
import io.npuq.schema.Job;
import io.npuq.schema.JobState;
import java.util.function.Consumer;

/**
 * Puts a job's events in order for one client: what the queue says when asked, and what it tells meanwhile, may overlap. Nothing that
 * the client has comes again, and no state comes after a later one.
 */
final class JobEvents {
    private static final int FINAL = Integer.MAX_VALUE;

    private final Consumer<ServerEvent> client;
    private EventPoint sent;
    private int rank = -1;

    /** Code points of the attempt's text that the queue has told, of which the client may have some from before. */
    private int toldAttempt;

    private int toldChars;

    /**
     * Prepares for a client.
     *
     * @param seen what it has already
     * @param client takes what is new
     */
    JobEvents(EventPoint seen, Consumer<ServerEvent> client) {
        this.sent = seen;
        this.client = client;
    }

    /** The job as it stood when the queue was asked. */
    void found(Job job) {
        boolean foreign = sent.attempt() > job.attempt();
        if (foreign) {
            sent = EventPoint.BEGINNING;
        }
        if (sent.knows(job)) {
            rank = rank(job);
        } else {
            state(job);
        }
    }

    void told(JobEvent event) {
        if (event instanceof JobEvent.StateChanged change) {
            state(change.job());
        } else if (event instanceof JobEvent.Progress progress) {
            text(progress.attempt(), progress.text());
        }
    }

    /** Whether the client has all there will ever be. */
    boolean areOver() {
        return rank == FINAL;
    }

    private void state(Job job) {
        int now = rank(job);
        if (now <= rank) {
            return;
        }
        if (job.attempt() != sent.attempt()) {
            sent = new EventPoint(job.attempt(), 0);
        } else if (now == FINAL && rank < 0) {
            // The client has seen a part of this attempt's text on an earlier connection: the rest is in the result.
            job.result().ifPresent(result -> progress(sent.rest(result.text())));
        }
        if (now == FINAL && job.result().isPresent()) {
            String text = job.result().get().text();
            sent = new EventPoint(job.attempt(), text.codePointCount(0, text.length()));
        }
        rank = now;
        client.accept(ServerEvent.state(sent, job));
    }

    private void text(int attempt, String text) {
        if (attempt != toldAttempt) {
            toldAttempt = attempt;
            toldChars = 0;
        }
        int from = toldChars;
        toldChars += text.codePointCount(0, text.length());
        if (rank == FINAL || attempt != sent.attempt() || toldChars <= sent.chars()) {
            return;
        }
        progress(text.substring(text.offsetByCodePoints(0, Math.max(0, sent.chars() - from))));
    }

    private void progress(String text) {
        if (!text.isEmpty()) {
            sent = sent.plus(text.codePointCount(0, text.length()));
            client.accept(ServerEvent.progress(sent, text));
        }
    }

    /** States of one job in the order in which they can come: queued, running, queued again, running again, an end. */
    private static int rank(Job job) {
        if (job.state().isFinal()) {
            return FINAL;
        }
        return 2 * job.attempt() - (job.state() == JobState.RUNNING ? 1 : 0);
    }
}
