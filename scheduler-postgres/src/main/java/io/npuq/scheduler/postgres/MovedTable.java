package io.npuq.scheduler.postgres;

import io.npuq.scheduler.MovedJob;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Jobs that come from the queue of one host, as they stand there. */
final class MovedTable {
    private MovedTable() {}

    /**
     * A job with its row here.
     *
     * @param row as it will stand
     * @param job where it comes from
     */
    record Arriving(JobRow row, MovedJob job) {}

    /** Adds those that are not there yet. Which these were. */
    static List<Arriving> insert(Handle handle, List<Arriving> jobs) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO jobs (
                    id, kind, state, priority, device, max_new_tokens, input_chars, input_bytes, prompt_tokens, line, client, trace, origin,
                    due, created_at, not_before, started_at, finished_at, deadline_at, attempt, uncounted, losses, lane, error, evidence,
                    text_slot)
                VALUES (
                    :id, :kind, :state, :priority, :device, :maxNewTokens, :inputChars, :inputBytes, :promptTokens, :line, :client, :trace,
                    :origin, :due, :createdAt, :notBefore, :startedAt, :finishedAt, :deadlineAt, :attempt, :uncounted, :losses, :lane,
                    :error, :evidence, :textSlot)
                ON CONFLICT (id) DO NOTHING
                """);
        jobs.forEach(job -> bind(batch, job.row()).add());
        int[] made = batch.execute();
        List<Arriving> arrived = new ArrayList<>();
        for (int i = 0; i < made.length; i++) {
            if (made[i] == 1) {
                arrived.add(jobs.get(i));
            }
        }
        return arrived;
    }

    /** Adds what is asked of jobs that wait. */
    static void insertInputs(Handle handle, List<Arriving> waiting) {
        PreparedBatch batch = handle.prepareBatch("INSERT INTO inputs (job, salted) VALUES (:job, :salted)");
        waiting.forEach(job -> batch.bind("job", JobRowMapper.uuid(job.row().id()))
                .bind("salted", salted(job.job().input().orElse(null)))
                .add());
        run(batch);
    }

    /** Adds what is kept of the texts of jobs that have ended; their partitions are there. */
    static void insertTexts(Handle handle, List<Arriving> kept) {
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO texts (slot, job, output, input) VALUES (:slot, :job, :output, :input)");
        kept.forEach(job -> batch.bind("slot", job.row().textSlot().orElseThrow())
                .bind("job", JobRowMapper.uuid(job.row().id()))
                .bind("output", salted(job.job().output().orElse(null)))
                .bind("input", salted(job.job().input().orElse(null)))
                .add());
        run(batch);
    }

    /** Notes the keys of jobs, unless there is a later use of the same key. How many were noted. */
    static int insertKeys(Handle handle, List<Arriving> jobs) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO keys (key, request, job, used_at)
                VALUES (decode(:key, 'hex'), decode(:request, 'hex'), :job, :usedAt)
                ON CONFLICT (key) DO UPDATE SET request = excluded.request, job = excluded.job, used_at = excluded.used_at
                    WHERE keys.used_at < excluded.used_at
                """);
        for (Arriving job : jobs) {
            Change.Idempotency key = job.job().key().orElseThrow();
            batch.bind("key", key.key())
                    .bind("request", key.request())
                    .bind("job", JobRowMapper.uuid(job.row().id()))
                    .bind("usedAt", job.row().createdAt())
                    .add();
        }
        return run(batch);
    }

    private static PreparedBatch bind(PreparedBatch batch, JobRow row) {
        return batch.bind("id", JobRowMapper.uuid(row.id()))
                .bind("kind", row.kind().wire())
                .bind("state", row.state().wire())
                .bind("priority", row.priority())
                .bind("device", row.device().wire())
                .bind("maxNewTokens", row.maxNewTokens())
                .bind("inputChars", row.inputChars())
                .bind("inputBytes", row.inputBytes())
                .bind("promptTokens", row.promptTokens())
                .bind("line", JobRowMapper.name(row.line()))
                .bind("client", row.client().isEmpty() ? null : row.client())
                .bind("trace", row.trace().map(trace -> trace.header()).orElse(null))
                .bind("origin", row.origin())
                .bind("due", row.due())
                .bind("createdAt", row.createdAt())
                .bind("notBefore", row.notBefore().orElse(null))
                .bind("startedAt", row.startedAt().orElse(null))
                .bind("finishedAt", row.finishedAt().orElse(null))
                .bind("deadlineAt", row.deadlineAt().orElse(null))
                .bind("attempt", row.attempt())
                .bind("uncounted", row.uncounted())
                .bind("losses", row.losses())
                .bind("lane", row.lane().map(lane -> lane.wire()).orElse(null))
                .bind("error", row.error().map(JobRowMapper::json).orElse(null))
                .bind("evidence", row.evidence().map(JobRowMapper::json).orElse(null))
                .bind("textSlot", row.textSlot().isPresent() ? row.textSlot().getAsInt() : null);
    }

    private static byte @Nullable [] salted(@Nullable Body body) {
        return body == null ? null : body.salted();
    }

    private static int run(PreparedBatch batch) {
        int rows = 0;
        if (batch.size() > 0) {
            for (int made : batch.execute()) {
                rows += made;
            }
        }
        return rows;
    }
}
