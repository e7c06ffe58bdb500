package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.common.Waiting;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The lines of the queue. What it shows of them is locked: no other host takes it before the transaction under way is over. */
final class Lines implements Waiting<JobRow> {
    private static final List<Line> ALL = List.of(Line.values());
    private static final List<Line> OF_MAIN = List.of(Line.NPU, Line.PREFER_NPU, Line.ANY);
    private static final List<Line> OF_TEXTS = List.of(Line.NPU, Line.PREFER_NPU, Line.TOO_LONG, Line.ANY);
    private static final List<Line> OF_VECTORS = List.of(Line.EMBEDDING);

    private final Current current;
    private final Totals totals;
    private BooleanSupplier npuElsewhere = () -> false;
    private @Nullable Map<Line, JobRow> heads;

    Lines(Current current, Totals totals) {
        this.current = current;
        this.totals = totals;
    }

    /** While it is so, jobs for an NPU are left to other hosts, who have one. */
    void leaveNpuWhile(BooleanSupplier elsewhere) {
        npuElsewhere = elsewhere;
    }

    /** Whether it is so. From any thread. */
    boolean leavesNpu() {
        return npuElsewhere.getAsBoolean();
    }

    /** Those that jobs of that line stand in line with. */
    static List<Line> beside(Line line) {
        return line == Line.EMBEDDING ? OF_VECTORS : OF_TEXTS;
    }

    /** What comes first may be another job from here on. */
    void changed() {
        heads = null;
    }

    @Override
    public Comparator<JobRow> order() {
        return JobRow.IN_ORDER;
    }

    @Override
    public Optional<JobRow> first(Line line) {
        Map<Line, JobRow> known = heads;
        if (known == null) {
            known = new EnumMap<>(Line.class);
            for (JobRow row : JobTable.firstOfEach(current.tx().handle(), mine())) {
                known.put(row.line(), row);
            }
            heads = known;
        }
        return Optional.ofNullable(known.get(line));
    }

    /** What this host cannot run is not locked before those who can. */
    private List<Line> mine() {
        return npuElsewhere.getAsBoolean()
                ? ALL.stream().filter(line -> line != Line.NPU).toList()
                : ALL;
    }

    @Override
    public List<JobRow> mostUrgent(int deadlines) {
        return JobTable.mostUrgent(current.tx().handle(), Line.PREFER_NPU, deadlines);
    }

    @Override
    public long countBeforeOnMain(JobRow job) {
        return JobTable.countBefore(current.tx().handle(), OF_MAIN, job.due(), JobRowMapper.uuid(job.id()));
    }

    @Override
    public Optional<JobRow> firstBehind(long jobs) {
        long queued = OF_MAIN.stream().mapToLong(totals::inLine).sum();
        return jobs >= queued
                ? Optional.empty()
                : JobTable.firstBehind(current.tx().handle(), Line.PREFER_NPU, OF_MAIN, jobs);
    }

    @Override
    public long inLine(Line line) {
        return totals.inLine(line);
    }

    /** Puts a job that is in line into the line of those that the main lane does not take, or out of it. */
    void refile(JobRow row, boolean tooLong) {
        Line line = Line.of(row.kind(), row.device(), tooLong);
        if (JobTable.refile(current.tx().handle(), row, line) == 1) {
            current.tx().moved(row, new RowChange(row).line(line).row());
        }
        changed();
    }
}
