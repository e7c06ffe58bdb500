package io.npuq.scheduler.postgres;

import io.npuq.scheduler.LogLine;
import io.npuq.schema.JobId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
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
        return end(
                handle.createQuery("SELECT epoch, commits, seq, head FROM chains WHERE host = :host FOR UPDATE"), host);
    }

    /** Where the log of that host ends. */
    static End end(Handle handle, int host) {
        return end(handle.createQuery("SELECT epoch, commits, seq, head FROM chains WHERE host = :host"), host);
    }

    private static End end(Query query, int host) {
        return query.bind("host", host)
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

    /** Whether the log of that host says that a log which ends so was moved there. */
    static boolean hasMoved(Handle handle, int host, String head) {
        return handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM log
                            WHERE host = :host AND job IS NULL AND line LIKE '%"type":"log_moved"%' AND position(:head IN line) > 0)
                        """)
                .bind("host", host)
                .bind("head", head)
                .mapTo(boolean.class)
                .one();
    }

    /** All entries of a host, so many fetched at once. */
    static ResultIterator<StoreLog.Row> all(Handle handle, int host, int fetched) {
        return handle.createQuery("SELECT host, seq, job, line FROM log WHERE host = :host ORDER BY seq")
                .bind("host", host)
                .setFetchSize(fetched)
                .map((row, context) -> row(row))
                .iterator();
    }

    /** All entries about jobs, those of one job together, those of one host among these in their order. */
    static ResultIterator<StoreLog.Row> byJob(Handle handle, int fetched) {
        return handle.createQuery("SELECT host, seq, job, line FROM log WHERE job IS NOT NULL ORDER BY job, host, seq")
                .setFetchSize(fetched)
                .map((row, context) -> row(row))
                .iterator();
    }

    /**
     * All entries of all hosts by time; of a job, none before its beginning, however far the hosts' clocks are apart. Jobs are numbered as
     * their ids follow each other.
     */
    static ResultIterator<LogLine> byTime(Handle handle, int fetched) {
        return handle.createQuery("""
                        SELECT host, seq, line, number FROM (
                            SELECT host, seq, line, first, dense_rank() OVER (ORDER BY job) AS number,
                                greatest(at, max(at) FILTER (WHERE first) OVER (PARTITION BY job)) AS moment
                            FROM (
                                SELECT host, seq, job, line, CAST(CAST(line AS json) ->> 'at' AS timestamptz) AS at,
                                    job IS NOT NULL AND CAST(line AS json) #>> '{change,type}' IN ('submit', 'moved') AS first
                                FROM log
                            ) AS entries
                        ) AS numbered
                        ORDER BY moment, first DESC, host, seq
                        """)
                .setFetchSize(fetched)
                .map((row, context) -> LogLine.ofHost(
                        row.getInt("host"),
                        row.getLong("seq"),
                        row.getString("line").getBytes(StandardCharsets.UTF_8),
                        row.getLong("number")))
                .iterator();
    }

    /** Whether a row names the number and the job that its line names. */
    static boolean isFiledRight(StoreLog.Row row) {
        UUID job = row.job();
        String line = row.line();
        String named = line.substring(0, Math.max(0, line.indexOf(",\"change\":")));
        return line.startsWith("{\"seq\":" + row.seq() + ",")
                && (job == null
                        ? !named.contains("\"job\":")
                        : named.endsWith("\"job\":\"" + JobRowMapper.id(job) + "\""));
    }

    private static StoreLog.Row row(ResultSet row) throws SQLException {
        return new StoreLog.Row(
                row.getInt("host"), row.getLong("seq"), row.getObject("job", UUID.class), row.getString("line"));
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
