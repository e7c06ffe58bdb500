package io.npuq.scheduler.postgres;

import io.npuq.scheduler.journal.Body;
import io.npuq.schema.TraceContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/**
 * A job on its way into the table.
 *
 * @param row as it will stand there
 * @param input its text
 */
record NewJob(JobRow row, Body input) {
    @Nullable
    String client() {
        return row.client().isEmpty() ? null : row.client();
    }

    @Nullable
    String trace() {
        return row.trace().map(TraceContext::header).orElse(null);
    }

    /** Many of them, one of the same host, column by column. */
    record Columns(List<NewJob> jobs) {
        int origin() {
            return jobs.get(0).row().origin();
        }

        Object[] of(Function<NewJob, @Nullable Object> value) {
            return jobs.stream().map(value).toArray();
        }

        /** The driver wants an array of just that type. */
        Argument salted() {
            byte[][] salted = jobs.stream().map(job -> job.input().salted()).toArray(byte[][]::new);
            return (position, statement, context) ->
                    statement.setArray(position, context.getConnection().createArrayOf("bytea", salted));
        }

        /** In microseconds since 1970. */
        Object[] micros(Function<NewJob, Optional<Instant>> value) {
            return of(job -> value.apply(job).map(NewJob::micros).orElse(null));
        }
    }

    private static Long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
