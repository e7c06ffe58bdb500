package io.npuq.scheduler.index;

import io.npuq.scheduler.JobQuery;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reader's side of the index: a connection of its own, for one thread that is never interrupted. Sees what was committed. */
public final class IndexReader implements AutoCloseable {
    private static final String OLDEST_QUEUED = """
            SELECT created_us FROM job WHERE state = 0 ORDER BY state, seq LIMIT 1
            """;

    private static final String BEFORE = """
            SELECT COUNT(*) FROM job WHERE state = 0 AND (due_us < ? OR (due_us = ? AND seq < ?))
            """;

    private static final String COUNTS = """
            SELECT state, priority, COUNT(*) FROM job GROUP BY state, priority
            """;

    private final Connection connection;
    private final PreparedStatement bySeq;

    IndexReader(Connection connection) throws SQLException {
        this.connection = connection;
        this.bySeq = connection.prepareStatement(JobRows.BY_SEQ);
    }

    /** The job of that name. */
    public Optional<JobRow> find(JobId id) {
        return JobIndex.call("read a job", () -> {
            bySeq.setLong(1, JobKey.seqOf(id));
            return JobRows.one(bySeq).filter(row -> row.id().equals(id));
        });
    }

    /** Every job in that state; for running ones, which are few. */
    public List<JobRow> inState(JobState state) {
        return JobIndex.call("read jobs by state", () -> JobRows.inState(connection, state));
    }

    /** One more row than the page holds, when there is one: so the caller knows whether there are more. Newest first. */
    public List<JobRow> page(JobQuery query) {
        return JobIndex.call("list jobs", () -> {
            List<Long> values = new ArrayList<>();
            StringBuilder sql = new StringBuilder("SELECT " + JobRows.COLUMNS + " FROM job WHERE seq < ?");
            values.add(query.after().map(JobKey::seqOf).orElse(Long.MAX_VALUE));
            query.state().ifPresent(state -> {
                sql.append(" AND state = ?");
                values.add((long) JobRows.code(state));
            });
            query.kind().ifPresent(kind -> {
                sql.append(" AND kind = ?");
                values.add((long) JobRows.code(kind));
            });
            sql.append(
                    query.state().isPresent()
                            ? " ORDER BY state DESC, seq DESC LIMIT ?"
                            : " ORDER BY seq DESC LIMIT ?");
            values.add(query.limit() + 1L);
            try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
                for (int i = 0; i < values.size(); i++) {
                    statement.setLong(i + 1, values.get(i));
                }
                return JobRows.all(statement);
            }
        });
    }

    /** How many queued jobs come before this one. */
    public long countBefore(JobRow row) {
        return JobIndex.call("count the jobs before one", () -> {
            try (PreparedStatement count = connection.prepareStatement(BEFORE)) {
                count.setLong(1, row.due());
                count.setLong(2, row.due());
                count.setLong(3, row.seq());
                return number(count);
            }
        });
    }

    /** When the oldest queued job was accepted. */
    public Optional<Instant> oldestQueued() {
        return JobIndex.call("read the oldest job", () -> {
            try (PreparedStatement query = connection.prepareStatement(OLDEST_QUEUED);
                    ResultSet found = query.executeQuery()) {
                return found.next() ? Optional.of(JobRows.instant(found.getLong(1))) : Optional.empty();
            }
        });
    }

    /** Jobs of every state, by priority. */
    public Map<JobState, long[]> counts() {
        return JobIndex.call("count the jobs", () -> {
            Map<JobState, long[]> counts = new EnumMap<>(JobState.class);
            for (JobState state : JobState.values()) {
                counts.put(state, new long[Limits.PRIORITY_MAX + 1]);
            }
            try (PreparedStatement query = connection.prepareStatement(COUNTS);
                    ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    counts.computeIfAbsent(JobRows.state(found.getInt(1)), state -> new long[Limits.PRIORITY_MAX + 1])[
                                    found.getInt(2)] =
                            found.getLong(3);
                }
            }
            return counts;
        });
    }

    @Override
    public void close() {
        JobIndex.call("close a reader of the index", () -> {
            connection.close();
            return true;
        });
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet found = query.executeQuery()) {
            found.next();
            return found.getLong(1);
        }
    }
}
