package io.npuq.scheduler.common;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The lines of a queue, as routing asks for them. */
public interface Waiting<J extends InLine> {
    /** The order of the queue. */
    Comparator<J> order();

    /** The job of that line that comes first. */
    Optional<J> first(Line line);

    /** Jobs of {@link Line#PREFER_NPU} that may start, by deadline; of the earliest deadlines of all jobs so many are looked at. */
    List<J> mostUrgent(int deadlines);

    /** How many queued jobs the main lane is to take before this one. */
    long countBeforeOnMain(J job);

    /** The first job of {@link Line#PREFER_NPU} before which the main lane is to take so many others. */
    Optional<J> firstBehind(long jobs);

    /** How many jobs stand in that line. */
    long inLine(Line line);
}
