package io.npuq.scheduler.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.scheduler.common.Line;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import io.npuq.schema.TraceContext;
import io.npuq.schema.WireName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Rows of the table of jobs, and the forms of what is in them. */
final class JobRowMapper implements RowMapper<JobRow> {
    @Override
    public JobRow map(ResultSet row, StatementContext context) throws SQLException {
        String client = row.getString("client");
        String lane = row.getString("lane");
        return new JobRow(
                id(row.getObject("id", UUID.class)),
                enumeration(JobKind.class, row.getString("kind")),
                enumeration(JobState.class, row.getString("state")),
                row.getInt("priority"),
                enumeration(DevicePolicy.class, row.getString("device")),
                row.getInt("max_new_tokens"),
                row.getInt("input_chars"),
                row.getInt("input_bytes"),
                row.getInt("prompt_tokens"),
                line(row.getString("line")),
                client == null ? "" : client,
                Optional.ofNullable(row.getString("trace")).flatMap(TraceContext::of),
                row.getInt("origin"),
                row.getLong("due"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "not_before"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                instant(row, "deadline_at"),
                row.getInt("attempt"),
                row.getInt("uncounted"),
                row.getInt("losses"),
                lane == null ? Optional.empty() : Optional.of(enumeration(Lane.class, lane)),
                number(row, "host"),
                row.getBoolean("cancel_asked"),
                json(row.getString("error"), JobError.class),
                json(row.getString("evidence"), Evidence.class),
                number(row, "text_slot"));
    }

    /** An id as the database has it. */
    static UUID uuid(JobId id) {
        return new UUID(id.highBits(), id.lowBits());
    }

    static JobId id(UUID uuid) {
        return JobId.of(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    static String name(Line line) {
        return line.name().toLowerCase(Locale.ROOT);
    }

    private static Line line(String name) {
        return Line.valueOf(name.toUpperCase(Locale.ROOT));
    }

    static String json(Object value) {
        try {
            return Json.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every stored value has a JSON form", e);
        }
    }

    private static <T> Optional<T> json(@Nullable String text, Class<T> type) {
        try {
            return text == null ? Optional.empty() : Optional.of(Json.MAPPER.readValue(text, type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the table of jobs holds a " + type.getSimpleName() + " of another npuq", e);
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private static OptionalInt number(ResultSet row, String column) throws SQLException {
        int number = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static <E extends Enum<E> & WireName> E enumeration(Class<E> type, String wire) {
        return WireName.find(type, wire)
                .orElseThrow(() -> new IllegalStateException(
                        "the table of jobs holds the " + type.getSimpleName() + " \"" + wire + "\" of another npuq"));
    }
}
