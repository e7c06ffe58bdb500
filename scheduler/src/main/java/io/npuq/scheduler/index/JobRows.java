package io.npuq.scheduler.index;

import io.npuq.scheduler.journal.Position;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of the job table as records. Enumerations are stored by ordinal: their order is part of {@link Schema#VERSION}. */
@SuppressWarnings(
        "EnumOrdinal") // the index is thrown away when Schema.VERSION changes, and with it every stored number
final class JobRows {
    static final String COLUMNS = """
            seq, id, kind, state, priority, device, max_new_tokens, input_chars, due_us, created_us,
            started_us, finished_us, deadline_us, attempt, lane, cancel_asked, submitted_at, ended_at
            """;

    static final String BY_SEQ = "SELECT " + COLUMNS + " FROM job WHERE seq = ?";

    private static final String BY_STATE = "SELECT " + COLUMNS + " FROM job WHERE state = ? ORDER BY seq";

    private static final long MICROS = 1_000_000;

    private JobRows() {}

    /** The number that stands for the constant in a row. */
    static int code(Enum<?> constant) {
        return constant.ordinal();
    }

    static JobState state(int code) {
        return JobState.values()[code];
    }

    static Optional<JobRow> one(PreparedStatement query) throws SQLException {
        try (ResultSet found = query.executeQuery()) {
            return found.next() ? Optional.of(row(found)) : Optional.empty();
        }
    }

    static List<JobRow> all(PreparedStatement query) throws SQLException {
        List<JobRow> rows = new ArrayList<>();
        try (ResultSet found = query.executeQuery()) {
            while (found.next()) {
                rows.add(row(found));
            }
        }
        return rows;
    }

    static List<JobRow> inState(Connection connection, JobState state) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(BY_STATE)) {
            query.setInt(1, code(state));
            return all(query);
        }
    }

    static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    private static JobRow row(ResultSet found) throws SQLException {
        return new JobRow(
                found.getLong(1),
                new JobId(found.getString(2)),
                JobKind.values()[found.getInt(3)],
                state(found.getInt(4)),
                found.getInt(5),
                DevicePolicy.values()[found.getInt(6)],
                found.getInt(7),
                found.getInt(8),
                found.getLong(9),
                instant(found.getLong(10)),
                optional(found, 11).map(JobRows::instant),
                optional(found, 12).map(JobRows::instant),
                optional(found, 13).map(JobRows::instant),
                found.getInt(14),
                optional(found, 15).map(ordinal -> Lane.values()[ordinal.intValue()]),
                found.getBoolean(16),
                Position.unpack(found.getLong(17)),
                optional(found, 18).map(Position::unpack));
    }

    private static Optional<Long> optional(ResultSet found, int column) throws SQLException {
        long value = found.getLong(column);
        return found.wasNull() ? Optional.empty() : Optional.of(value);
    }
}
