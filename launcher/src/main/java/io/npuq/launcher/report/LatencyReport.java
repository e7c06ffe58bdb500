package io.npuq.launcher.report;

import io.npuq.scheduler.LogLine;
import io.npuq.scheduler.LogSource;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long jobs took that ended between two moments, out of the request log. The whole log is read, for the length of the queue at the
 * beginning follows from what came before; but memory is bounded by a byte a job.
 */
public final class LatencyReport {
    private final Instant since;
    private final Instant until;
    private final JobMarks marks = new JobMarks();
    private final SortedMap<Group.Key, Group> groups = new TreeMap<>();
    private final SortedMap<String, Long> states = new TreeMap<>();
    private final SortedMap<String, Long> errors = new TreeMap<>();
    private final Course course;
    private final BusyCells busy = new BusyCells();
    private long entries;

    private LatencyReport(Instant since, Instant until) {
        this.since = since;
        this.until = until;
        course = new Course(since, until);
    }

    /**
     * Reads the log.
     *
     * @param since jobs that ended before are left out
     * @param until so are those that ended then or later
     * @throws IOException when the log cannot be read
     */
    public static LatencyReport of(LogSource log, Instant since, Instant until) throws IOException {
        LatencyReport report = new LatencyReport(since, until);
        report.entries = log.read(report::take);
        report.course.end();
        return report;
    }

    private void take(LogLine line) {
        if (line.isChange("hold") || line.isChange("texts_erased")) {
            return; // they change nothing here, and reading them takes time
        }
        Entry entry = line.entry();
        JobId job = entry.job();
        if (job == null || !entry.at().isBefore(until)) {
            return;
        }
        long number = line.numberOf(job);
        Change change = entry.change();
        if (change instanceof Change.Submitted submitted) {
            marks.submitted(number, submitted.kind());
            course.queued(entry.at(), 1);
        } else if (change instanceof Change.Moved moved && !moved.state().isFinal()) {
            marks.submitted(number, moved.kind());
            course.queued(entry.at(), 1);
        } else if (change instanceof Change.Started) {
            waits(entry, number, false);
        } else if (change instanceof Change.Recovered) {
            waits(entry, number, true);
        } else if (change instanceof Change.Ended ended) {
            waits(entry, number, false);
            if (!entry.at().isBefore(since)) {
                ended(entry.at(), marks.kind(number), ended);
            }
        }
    }

    private void waits(Entry entry, long number, boolean waits) {
        if (marks.waits(number, waits)) {
            course.queued(entry.at(), waits ? 1 : -1);
        }
    }

    private void ended(Instant at, JobKind kind, Change.Ended ended) {
        states.merge(ended.state().wire(), 1L, Long::sum);
        if (ended.error() != null) {
            errors.merge(kind.wire() + " " + ended.error().code().wire(), 1L, Long::sum);
        }
        Evidence evidence = ended.evidence();
        if (evidence == null || evidence.deviceActual() == null) {
            return; // nothing ran, or all was known before
        }
        Double load = evidence.timing().load();
        Group.Key key = new Group.Key(kind, evidence.deviceActual(), load != null && load > 0);
        groups.computeIfAbsent(key, none -> new Group()).add(evidence);
        Double wait = evidence.timing().queueWait();
        if (wait != null) {
            course.waited(at, wait);
        }
        Double generate = evidence.timing().generate();
        if (generate != null && evidence.npuBusyDeltaUs() != null) {
            busy.add(generate, evidence.npuBusyDeltaUs() / 1_000.0);
        }
    }

    /** From when. */
    public Instant since() {
        return since;
    }

    /** Until when. */
    public Instant until() {
        return until;
    }

    /** How many entries the log has. */
    public long entries() {
        return entries;
    }

    /** Jobs that ended, by their final state. */
    public Map<String, Long> states() {
        return states;
    }

    /** Jobs that did not succeed, by kind and code of the error, such as {@code summary timeout}. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** Jobs that ran to an end, by kind, device, and whether they waited for a load. */
    public SortedMap<Group.Key, Group> groups() {
        return groups;
    }

    /** Waits and length of the queue over time. */
    public Course course() {
        return course;
    }

    /** Growth of the busy counter against the time of generation. */
    public BusyCells busy() {
        return busy;
    }
}
