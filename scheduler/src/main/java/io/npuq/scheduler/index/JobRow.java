package io.npuq.scheduler.index;

import io.npuq.scheduler.JobFilter;
import io.npuq.scheduler.common.InLine;
import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.TraceContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the index knows of a job; all of it comes from the journal's entries.
 *
 * @param seq number of its first entry, and its key
 * @param changed number of its latest entry: once that is on disk, all of this is true
 * @param id its name
 * @param kind what is asked
 * @param state where it stands
 * @param priority 0 most urgent
 * @param device where it may run
 * @param maxNewTokens the bound on the answer
 * @param inputChars code points of its input
 * @param promptTokens tokens of its prompt; 0 when nobody has counted them
 * @param tooLong whether the main lane does not take a prompt of that length
 * @param inputAt where its input lies in its segment's body file
 * @param inputBytes length of its input's stored form, in bytes
 * @param client who sent it
 * @param due its place in the order, in microseconds since 1970
 * @param createdAt when it was accepted
 * @param notBefore when it may start, where that is not at once
 * @param startedAt when its latest attempt began
 * @param finishedAt when it ended
 * @param deadlineAt when it expires
 * @param attempt how often it was started
 * @param uncounted how many of these do not count against it
 * @param losses how many engines it took down in a row
 * @param lane where it was started last
 * @param cancelAsked whether someone wants it to stop
 * @param trace the span below which its own belong
 * @param submitted where its first entry lies
 * @param ended where its last entry lies
 */
public record JobRow(
        long seq,
        long changed,
        JobId id,
        JobKind kind,
        JobState state,
        int priority,
        DevicePolicy device,
        int maxNewTokens,
        int inputChars,
        int promptTokens,
        boolean tooLong,
        long inputAt,
        int inputBytes,
        String client,
        long due,
        Instant createdAt,
        Optional<Instant> notBefore,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Instant> deadlineAt,
        int attempt,
        int uncounted,
        int losses,
        Optional<Lane> lane,
        boolean cancelAsked,
        Optional<TraceContext> trace,
        Position submitted,
        Optional<Position> ended)
        implements InLine {
    /** The order of the queue. */
    public static final Comparator<JobRow> IN_ORDER = Comparator.comparing(JobRow::place);

    /** The row of a job that was just accepted. */
    static JobRow submitted(Entry entry, JobId id, Change.Submitted change, Position position) {
        return new JobRow(
                entry.seq(),
                entry.seq(),
                id,
                change.kind(),
                JobState.QUEUED,
                change.priority(),
                change.device(),
                change.maxNewTokens(),
                change.inputChars(),
                change.promptTokens() == null ? 0 : change.promptTokens(),
                Boolean.TRUE.equals(change.tooLong()),
                change.input().at(),
                change.input().bytes(),
                change.client() == null ? "" : change.client(),
                change.due(),
                entry.at(),
                Optional.ofNullable(change.notBefore()),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(change.deadlineAt()),
                0,
                0,
                0,
                Optional.empty(),
                false,
                Optional.ofNullable(change.trace()).flatMap(TraceContext::of),
                position,
                Optional.empty());
    }

    /** The row once its next attempt has begun. */
    JobRow started(Entry entry, Change.Started change) {
        Draft next = new Draft(this, entry, JobState.RUNNING);
        next.attempt = change.attempt();
        next.startedAt = Optional.of(entry.at());
        next.lane = Optional.of(change.lane());
        return next.row();
    }

    /** The row once someone wants it to stop. */
    JobRow cancelAsked(Entry entry) {
        Draft next = new Draft(this, entry, state);
        next.cancelAsked = true;
        return next.row();
    }

    /** The row once its attempt was given up. */
    JobRow recovered(Entry entry, Change.Recovered change) {
        Draft next = new Draft(this, entry, JobState.QUEUED);
        next.lane = Optional.empty();
        next.notBefore = Optional.ofNullable(change.notBefore());
        boolean unrun = Boolean.TRUE.equals(change.unrun());
        next.losses = Boolean.TRUE.equals(change.engineLost()) ? losses + 1 : unrun ? losses : 0;
        next.uncounted += unrun ? 1 : 0;
        if (change.promptTokens() != null) {
            next.promptTokens = change.promptTokens();
            next.tooLong = true;
            next.uncounted += promptTokens == 0 ? 1 : 0;
        }
        return next.row();
    }

    /** The row in the line of those that the main lane does not take, or out of it. */
    JobRow withTooLong(boolean is) {
        Draft next = new Draft(this, changed, state);
        next.tooLong = is;
        return next.row();
    }

    /** The row at its end. */
    JobRow ended(Entry entry, Change.Ended change, Position position) {
        Draft next = new Draft(this, entry, change.state());
        next.finishedAt = Optional.of(entry.at());
        next.ended = Optional.of(position);
        return next.row();
    }

    /** Whether it is one of these; the filter's text is not looked for. */
    boolean isWanted(JobFilter filter) {
        return filter.state().map(state::equals).orElse(true)
                && filter.kind().map(kind::equals).orElse(true)
                && filter.priority().map(wanted -> wanted == priority).orElse(true)
                && (filter.lane().isEmpty() || filter.lane().equals(lane));
    }

    /** Whether its deadline, where it has one, has come. */
    public boolean isPastDeadline(Instant now) {
        return deadlineAt.isPresent() && !deadlineAt.get().isAfter(now);
    }

    @Override
    public Line line() {
        return Line.of(kind, device, tooLong);
    }

    /** How many of its attempts count. */
    public int attemptsCounted() {
        return attempt - uncounted;
    }

    /** The job's place in the order. */
    Moment place() {
        return new Moment(due, seq);
    }

    /** What of a row can change. */
    private static final class Draft {
        private final JobRow before;
        private final long changed;
        private final JobState state;
        private Optional<Instant> notBefore;
        private Optional<Instant> startedAt;
        private Optional<Instant> finishedAt;
        private int promptTokens;
        private boolean tooLong;
        private int attempt;
        private int uncounted;
        private int losses;
        private Optional<Lane> lane;
        private boolean cancelAsked;
        private Optional<Position> ended;

        Draft(JobRow before, Entry entry, JobState state) {
            this(before, entry.seq(), state);
        }

        Draft(JobRow before, long changed, JobState state) {
            this.before = before;
            this.changed = changed;
            this.state = state == before.state ? state : before.state.moveTo(state);
            this.notBefore = before.notBefore;
            this.startedAt = before.startedAt;
            this.finishedAt = before.finishedAt;
            this.promptTokens = before.promptTokens;
            this.tooLong = before.tooLong;
            this.attempt = before.attempt;
            this.uncounted = before.uncounted;
            this.losses = before.losses;
            this.lane = before.lane;
            this.cancelAsked = before.cancelAsked;
            this.ended = before.ended;
        }

        JobRow row() {
            return new JobRow(
                    before.seq,
                    changed,
                    before.id,
                    before.kind,
                    state,
                    before.priority,
                    before.device,
                    before.maxNewTokens,
                    before.inputChars,
                    promptTokens,
                    tooLong,
                    before.inputAt,
                    before.inputBytes,
                    before.client,
                    before.due,
                    before.createdAt,
                    notBefore,
                    startedAt,
                    finishedAt,
                    before.deadlineAt,
                    attempt,
                    uncounted,
                    losses,
                    lane,
                    cancelAsked,
                    before.trace,
                    before.submitted,
                    ended);
        }
    }
}
