package io.npuq.scheduler.postgres;

import io.npuq.schema.JobId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The request log and the sums beside it, which each transaction moves on together. */
final class LogTable {
    private LogTable() {}

    /**
     * Where a host's log ends, and which of its transactions was the last.
     *
     * @param epoch of the host
     * @param commits how many transactions there were
     * @param seq number of the last entry
     * @param head its hash, hexadecimal
     */
    record End(long epoch, long commits, long seq, String head) {}

    /**
     * An entry on its way into the log.
     *
     * @param seq its number
     * @param job what it is about; null for the queue as a whole
     * @param line its canonical form
     */
    record Line(long seq, @Nullable UUID job, String line) {}

    /** Where the log of that host ends; waits for a transaction of it that is not over. */
    static End lock(Handle handle, int host) {
        return handle.createQuery("SELECT epoch, commits, seq, head FROM chains WHERE host = :host FOR UPDATE")
                .bind("host", host)
                .map((row, context) -> new End(
                        row.getLong("epoch"), row.getLong("commits"), row.getLong("seq"), row.getString("head")))
                .one();
    }

    /**
     * Moves the log and the sums on.
     *
     * @param from where the log ended
     * @param to where it ends now
     * @return 0 when the host was fenced, or has written since: then nothing was changed
     */
    static int append(Handle handle, int host, End from, End to, List<Line> lines, Map<String, Long> counts) {
        return handle.createQuery("""
                        WITH head AS (
                            UPDATE chains SET commits = :commits, seq = :seq, head = :head
                            WHERE host = :host AND epoch = :epoch AND commits = :before
                            RETURNING host
                        ), written AS (
                            INSERT INTO log (host, seq, job, line)
                            SELECT head.host, l.seq, l.job, l.line FROM head, unnest(:seqs, :jobs, :lines) AS l (seq, job, line)
                        ), summed AS (
                            INSERT INTO counts AS c (host, name, amount)
                            SELECT head.host, n.name, n.amount FROM head, unnest(:names, :amounts) AS n (name, amount)
                            ON CONFLICT (host, name) DO UPDATE SET amount = c.amount + excluded.amount
                        )
                        SELECT count(*) FROM head
                        """)
                .bind("host", host)
                .bind("epoch", from.epoch())
                .bind("before", from.commits())
                .bind("commits", to.commits())
                .bind("seq", to.seq())
                .bind("head", to.head())
                .bindArray("seqs", Long.class, lines.stream().map(Line::seq).toArray())
                .bindArray("jobs", UUID.class, lines.stream().map(Line::job).toArray())
                .bindArray("lines", String.class, lines.stream().map(Line::line).toArray())
                .bindArray("names", String.class, counts.keySet().toArray())
                .bindArray("amounts", Long.class, counts.values().toArray())
                .mapTo(int.class)
                .one();
    }

    /** The entries of a job, whichever hosts wrote them, as they followed each other. */
    static List<byte[]> entries(Handle handle, JobId job, int most) {
        return handle.createQuery("""
                        SELECT line FROM log WHERE job = :job
                        ORDER BY CAST(CAST(line AS json) ->> 'at' AS timestamptz), host, seq LIMIT :most
                        """)
                .bind("job", JobRowMapper.uuid(job))
                .bind("most", most)
                .mapTo(String.class)
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .list();
    }

    /** All sums over all hosts, by name. */
    static Map<String, Long> counts(Handle handle) {
        return handle.createQuery("SELECT name, sum(amount) AS amount FROM counts GROUP BY name")
                .reduceRows(new HashMap<String, Long>(), (sums, row) -> {
                    sums.put(row.getColumn("name", String.class), row.getColumn("amount", Long.class));
                    return sums;
                });
    }
}
