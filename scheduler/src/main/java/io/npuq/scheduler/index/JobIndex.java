package io.npuq.scheduler.index;

import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The writer's side of the index: one connection, one thread, one transaction a batch. {@link #apply} is the only way in, for entries
 * just written and for entries read again at start, so both lead to the same rows.
 */
public final class JobIndex implements AutoCloseable {
    private static final String INSERT = """
            INSERT INTO job (seq, id, kind, state, priority, device, max_new_tokens, input_chars,
                             due_us, created_us, deadline_us, attempt, cancel_asked, submitted_at)
            VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 0, FALSE, ?)
            """;

    /** The guard is the state machine: only a queued job starts, and only as its next attempt. */
    private static final String START = """
            UPDATE job SET state = 1, attempt = ?, lane = ?, started_us = ?
            WHERE seq = ? AND state = 0 AND attempt = ? - 1
            """;

    private static final String CANCEL_ASKED = """
            UPDATE job SET cancel_asked = TRUE WHERE seq = ? AND state = 1
            """;

    private static final String RECOVER = """
            UPDATE job SET state = 0, lane = NULL WHERE seq = ? AND state = 1 AND attempt = ?
            """;

    private static final String END = """
            UPDATE job SET state = ?, finished_us = ?, ended_at = ?
            WHERE seq = ? AND state IN (0, 1) AND attempt = ?
            """;

    private static final String ADD_DEADLINE = """
            INSERT INTO deadline (due_us, seq) VALUES (?, ?)
            """;

    private static final String DROP_DEADLINE = """
            DELETE FROM deadline WHERE due_us = ? AND seq = ?
            """;

    private static final String FIRST_DEADLINE = """
            SELECT due_us, seq FROM deadline ORDER BY due_us, seq LIMIT 1
            """;

    private static final String KEEP_OUTPUT = """
            INSERT INTO kept_output (finished_us, seq) VALUES (?, ?)
            """;

    private static final String FORGET_OUTPUT = """
            DELETE FROM kept_output WHERE finished_us = ? AND seq = ?
            """;

    private static final String FIRST_OUTPUT = """
            SELECT finished_us, seq FROM kept_output ORDER BY finished_us, seq LIMIT 1
            """;

    private static final String APPLIED = """
            UPDATE applied SET seq = ?
            """;

    /** Named columns in the order of the index, so that H2 reads one row of it and stops. */
    private static final String NEXT = "SELECT " + JobRows.COLUMNS + """
             FROM job WHERE state = 0 ORDER BY state, due_us, seq LIMIT 1
            """;

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement start;
    private final PreparedStatement cancelAsked;
    private final PreparedStatement recover;
    private final PreparedStatement end;
    private final PreparedStatement addDeadline;
    private final PreparedStatement dropDeadline;
    private final PreparedStatement firstDeadline;
    private final PreparedStatement keepOutput;
    private final PreparedStatement forgetOutput;
    private final PreparedStatement firstOutput;
    private final PreparedStatement applied;
    private final PreparedStatement next;
    private final PreparedStatement bySeq;
    private int pendingInserts;

    JobIndex(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        insert = connection.prepareStatement(INSERT);
        start = connection.prepareStatement(START);
        cancelAsked = connection.prepareStatement(CANCEL_ASKED);
        recover = connection.prepareStatement(RECOVER);
        end = connection.prepareStatement(END);
        addDeadline = connection.prepareStatement(ADD_DEADLINE);
        dropDeadline = connection.prepareStatement(DROP_DEADLINE);
        firstDeadline = connection.prepareStatement(FIRST_DEADLINE);
        keepOutput = connection.prepareStatement(KEEP_OUTPUT);
        forgetOutput = connection.prepareStatement(FORGET_OUTPUT);
        firstOutput = connection.prepareStatement(FIRST_OUTPUT);
        applied = connection.prepareStatement(APPLIED);
        next = connection.prepareStatement(NEXT);
        bySeq = connection.prepareStatement(JobRows.BY_SEQ);
    }

    /** Takes over what an entry says. A row that is not as the entry wants it is a bug, or a damaged index: it throws. */
    public void apply(Entry entry, Position position) {
        Change change = entry.change();
        JobId job = entry.job();
        if (job == null) {
            return;
        }
        run("apply entry " + entry.seq(), () -> {
            if (change instanceof Change.Submitted submitted) {
                insert(entry, job, submitted, position);
                return;
            }
            flushInserts();
            long seq = JobKey.seqOf(job);
            if (change instanceof Change.Started started) {
                started(seq, entry, started);
            } else if (change instanceof Change.CancelAsked) {
                cancelAsked.setLong(1, seq);
                one(cancelAsked, entry);
            } else if (change instanceof Change.Recovered recovered) {
                recovered(seq, entry, recovered);
            } else if (change instanceof Change.Ended ended) {
                ended(seq, entry, ended, position);
            }
        });
    }

    /** The queued job that comes first in the order; sees what was applied. */
    public Optional<JobRow> nextQueued() {
        return call("read the next job", () -> {
            flushInserts();
            return JobRows.one(next);
        });
    }

    /** The job of that name; sees what was applied. */
    public Optional<JobRow> find(JobId id) {
        return call("read a job", () -> {
            flushInserts();
            return row(JobKey.seqOf(id)).filter(row -> row.id().equals(id));
        });
    }

    /** Every job in that state; for a start, where few are running. */
    public List<JobRow> inState(JobState state) {
        return call("read jobs by state", () -> {
            flushInserts();
            return JobRows.inState(connection, state);
        });
    }

    /** The earliest deadline of a job that waits. */
    public Optional<Due> firstDeadline() {
        return call("read the next deadline", () -> first(firstDeadline));
    }

    /** The job that ended first, of those whose answers are kept. */
    public Optional<Due> firstKeptOutput() {
        return call("read the oldest answer", () -> first(firstOutput));
    }

    /** Notes that the answer of that job is erased. */
    public void forgetOutput(Due ended) {
        run("forget an answer", () -> {
            forgetOutput.setLong(1, JobRows.micros(ended.at()));
            forgetOutput.setLong(2, ended.seq());
            forgetOutput.executeUpdate();
        });
    }

    /**
     * A moment of a job.
     *
     * @param at when
     * @param seq whose
     */
    public record Due(Instant at, long seq) {}

    /** The job with that key; sees what was applied. */
    public Optional<JobRow> bySeq(long seq) {
        return call("read a job", () -> {
            flushInserts();
            return row(seq);
        });
    }

    /** Number of the last entry that a commit took over. */
    public long appliedSeq() {
        return call("read how far the index goes", () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT seq FROM applied")) {
                found.next();
                return found.getLong(1);
            }
        });
    }

    /** Makes what was applied visible to readers, together with how far it goes. */
    public void commit(long seq) {
        run("commit to the index", () -> {
            flushInserts();
            applied.setLong(1, seq);
            applied.executeUpdate();
            connection.commit();
        });
    }

    @Override
    public void close() {
        run("close the index", connection::close);
    }

    private void insert(Entry entry, JobId job, Change.Submitted submitted, Position position) throws SQLException {
        insert.setLong(1, entry.seq());
        insert.setString(2, job.value());
        insert.setInt(3, JobRows.code(submitted.kind()));
        insert.setInt(4, submitted.priority());
        insert.setInt(5, JobRows.code(submitted.device()));
        insert.setInt(6, submitted.maxNewTokens());
        insert.setInt(7, submitted.inputChars());
        insert.setLong(8, submitted.due());
        insert.setLong(9, JobRows.micros(entry.at()));
        Instant deadline = submitted.deadlineAt();
        insert.setObject(10, deadline == null ? null : JobRows.micros(deadline));
        insert.setLong(11, position.packed());
        insert.addBatch();
        pendingInserts++;
        if (deadline != null) {
            addDeadline(deadline, entry.seq());
        }
    }

    /** While a job runs its lane minds the deadline, not the timer of those that wait. */
    private void started(long seq, Entry entry, Change.Started started) throws SQLException {
        dropDeadline(seq);
        start.setInt(1, started.attempt());
        start.setInt(2, JobRows.code(started.lane()));
        start.setLong(3, JobRows.micros(entry.at()));
        start.setLong(4, seq);
        start.setInt(5, started.attempt());
        one(start, entry);
    }

    private void recovered(long seq, Entry entry, Change.Recovered recovered) throws SQLException {
        recover.setLong(1, seq);
        recover.setInt(2, recovered.attempt());
        one(recover, entry);
        Optional<Instant> deadline = row(seq).flatMap(JobRow::deadlineAt);
        if (deadline.isPresent()) {
            addDeadline(deadline.get(), seq);
        }
    }

    private void ended(long seq, Entry entry, Change.Ended ended, Position position) throws SQLException {
        dropDeadline(seq);
        end.setInt(1, JobRows.code(ended.state()));
        end.setLong(2, JobRows.micros(entry.at()));
        end.setLong(3, position.packed());
        end.setLong(4, seq);
        end.setInt(5, ended.attempt());
        one(end, entry);
        if (ended.output() != null) {
            keepOutput.setLong(1, JobRows.micros(entry.at()));
            keepOutput.setLong(2, seq);
            keepOutput.executeUpdate();
        }
    }

    private Optional<Due> first(PreparedStatement query) throws SQLException {
        flushInserts();
        try (ResultSet found = query.executeQuery()) {
            return found.next()
                    ? Optional.of(new Due(JobRows.instant(found.getLong(1)), found.getLong(2)))
                    : Optional.empty();
        }
    }

    private void addDeadline(Instant at, long seq) throws SQLException {
        addDeadline.setLong(1, JobRows.micros(at));
        addDeadline.setLong(2, seq);
        addDeadline.executeUpdate();
    }

    private void dropDeadline(long seq) throws SQLException {
        Optional<Instant> deadline = row(seq).flatMap(JobRow::deadlineAt);
        if (deadline.isPresent()) {
            dropDeadline.setLong(1, JobRows.micros(deadline.get()));
            dropDeadline.setLong(2, seq);
            dropDeadline.executeUpdate();
        }
    }

    private Optional<JobRow> row(long seq) throws SQLException {
        bySeq.setLong(1, seq);
        return JobRows.one(bySeq);
    }

    private void flushInserts() throws SQLException {
        if (pendingInserts > 0) {
            pendingInserts = 0;
            insert.executeBatch();
        }
    }

    /** The count is the verdict: 1 is ours; anything else contradicts the journal. */
    private static void one(PreparedStatement update, Entry entry) throws SQLException {
        int rows = update.executeUpdate();
        if (rows != 1) {
            throw new IndexException("entry " + entry.seq() + " of the journal fits " + rows + " rows of the index");
        }
    }

    private static void run(String what, SqlAction action) {
        call(what, () -> {
            action.run();
            return true;
        });
    }

    static <T> T call(String what, SqlCall<T> call) {
        try {
            return call.call();
        } catch (SQLException e) {
            throw new IndexException("cannot " + what + ": " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface SqlAction {
        void run() throws SQLException;
    }

    @FunctionalInterface
    interface SqlCall<T> {
        T call() throws SQLException;
    }
}
