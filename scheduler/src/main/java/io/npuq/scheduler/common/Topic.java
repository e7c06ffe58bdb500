package io.npuq.scheduler.common;

import io.npuq.scheduler.JobEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Who watches one job, and the text so far of its running attempt. A listener that joins misses nothing and sees nothing twice. */
final class Topic {
    private static final int NONE = 0;

    private final Map<Object, Consumer<JobEvent>> listeners = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private String told = "";
    private int running = NONE;
    private int beginning = NONE;

    /** Tells the listener the text so far, and what comes; answers what {@link #leave} wants. */
    synchronized Object join(Consumer<JobEvent> listener) {
        if (running != NONE && !text.isEmpty()) {
            listener.accept(new JobEvent.Progress(running, soFar()));
        }
        Object key = new Object();
        listeners.put(key, listener);
        return key;
    }

    void leave(Object key) {
        listeners.remove(key);
    }

    /** The attempt begins, which nobody is told yet; false when it was told by now. */
    synchronized boolean begins(int attempt) {
        if (running != attempt) {
            beginning = attempt;
        }
        return running != attempt;
    }

    /** Tells that the attempt runs, and the text that it has; whether it was known to begin. */
    synchronized boolean starts(int attempt, JobEvent event) {
        boolean known = beginning == attempt;
        running = attempt;
        beginning = NONE;
        tell(event);
        if (!text.isEmpty()) {
            tell(new JobEvent.Progress(attempt, soFar()));
        }
        return known;
    }

    synchronized void made(JobEvent.Progress progress) {
        if (progress.attempt() == running) {
            text.append(progress.text());
            tell(progress);
        } else if (progress.attempt() == beginning) {
            text.append(progress.text());
        }
    }

    /** Whether an attempt was running, whose text is gone now. */
    synchronized boolean ends(JobEvent event) {
        boolean ran = running != NONE;
        running = NONE;
        text.setLength(0);
        told = "";
        tell(event);
        return ran;
    }

    /** The same text for all who join at the same point. */
    private String soFar() {
        if (told.length() != text.length()) {
            told = text.toString();
        }
        return told;
    }

    private void tell(JobEvent event) {
        listeners.values().forEach(listener -> listener.accept(event));
    }
}
