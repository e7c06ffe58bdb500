package io.npuq.scheduler.common;

import io.npuq.scheduler.JobEvent;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /**
     * Tells that the attempt runs, and the text that it has. What another one said that was running is gone; nothing is told of one that
     * came before it.
     *
     * @return whether an attempt was known to begin or to run
     */
    synchronized boolean starts(int attempt, JobEvent event) {
        boolean known = beginning == attempt || running != NONE;
        if (attempt < running) {
            return known;
        }
        if (attempt != beginning && attempt != running) {
            clear();
        }
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

    /** Text of an attempt that runs elsewhere, from that character of its text on; dropped where something before it is missing. */
    synchronized void heard(int attempt, int from, String piece) {
        int known = text.length() - from;
        if (attempt == running && known >= 0 && known < piece.length()) {
            made(new JobEvent.Progress(attempt, piece.substring(known)));
        }
    }

    /** How much of the attempt's text is there, in characters, while somebody listens and it runs. */
    synchronized OptionalInt wanted(int attempt) {
        return attempt == running && !listeners.isEmpty() ? OptionalInt.of(text.length()) : OptionalInt.empty();
    }

    /** The attempt's text from that character on; empty when it does not run. */
    synchronized Optional<String> since(int attempt, int from) {
        return attempt == running && from <= text.length() ? Optional.of(text.substring(from)) : Optional.empty();
    }

    /** Whether an attempt was running, whose text is gone now. */
    synchronized boolean ends(JobEvent event) {
        boolean ran = running != NONE;
        running = NONE;
        clear();
        tell(event);
        return ran;
    }

    private void clear() {
        text.setLength(0);
        told = "";
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
