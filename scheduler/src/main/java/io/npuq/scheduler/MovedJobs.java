package io.npuq.scheduler;

import java.util.List;
import java.util.Optional;

/** Where the jobs of one host's queue go. Whatever it is told again, after a move that broke off, it has once. */
public interface MovedJobs {
    /**
     * Where the log of a queue ends whose jobs are moved.
     *
     * @param name the name of its key; empty where it has none
     * @param entries how many entries it has
     * @param head hash of the last of them, hexadecimal
     * @param paused whether an operator had paused it
     */
    record OldLog(Optional<String> name, long entries, String head, boolean paused) {}

    /** Jobs of that queue come from here on. */
    void begin(OldLog log);

    /** Takes some of them, and has them on disk when it returns. */
    void take(List<MovedJob> jobs);
}
