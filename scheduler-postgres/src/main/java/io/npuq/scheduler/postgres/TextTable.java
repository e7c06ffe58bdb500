package io.npuq.scheduler.postgres;

import io.npuq.schema.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Texts of jobs. Those that are kept lie in a partition an hour, which goes as a whole. */
final class TextTable {
    private static final Duration SLOT = Duration.ofHours(1);

    /** Any number that nobody else locks by in this database. */
    private static final long PARTITIONS_LOCK = 0x6e70_7571_7465_7874L;

    private TextTable() {}

    /**
     * What is there of an ended job's texts; each with its salt.
     *
     * @param output answer and labels
     * @param input what was asked, where it was kept
     */
    record Kept(Optional<byte[]> output, Optional<byte[]> input) {
        static final Kept NONE = new Kept(Optional.empty(), Optional.empty());
    }

    /** The partition of jobs that end then. */
    static int slot(Instant end) {
        return Math.toIntExact(end.getEpochSecond() / SLOT.toSeconds());
    }

    static Optional<byte[]> input(Handle handle, JobId job) {
        return handle.createQuery("SELECT salted FROM inputs WHERE job = :job")
                .bind("job", JobRowMapper.uuid(job))
                .mapTo(byte[].class)
                .findOne();
    }

    static Kept kept(Handle handle, int slot, JobId job) {
        return handle.createQuery("SELECT output, input FROM texts WHERE slot = :slot AND job = :job")
                .bind("slot", slot)
                .bind("job", JobRowMapper.uuid(job))
                .map((row, context) -> new Kept(
                        Optional.ofNullable(row.getBytes("output")), Optional.ofNullable(row.getBytes("input"))))
                .findOne()
                .orElse(Kept.NONE);
    }

    /** Erases the texts of one job before their time. */
    static int erase(Handle handle, int slot, JobId job) {
        return handle.createUpdate("DELETE FROM texts WHERE slot = :slot AND job = :job")
                .bind("slot", slot)
                .bind("job", JobRowMapper.uuid(job))
                .execute();
    }

    /** Makes a partition, in a transaction that does nothing else, unless it is there. */
    static void makePartition(Handle handle, int slot) {
        handle.useTransaction(transaction -> {
            transaction.execute("SELECT pg_advisory_xact_lock(?)", PARTITIONS_LOCK);
            if (partitions(transaction).contains(slot)) {
                return;
            }
            transaction.execute("CREATE TABLE texts_" + slot + " (LIKE texts INCLUDING ALL)");
            transaction.execute("ALTER TABLE texts ATTACH PARTITION texts_" + slot + " FOR VALUES IN (" + slot + ")");
        });
    }

    /** Drops a partition whose time is over, in a transaction that does nothing else, unless it is gone. */
    static void dropPartition(Handle handle, int slot) {
        handle.useTransaction(transaction -> {
            transaction.execute("SELECT pg_advisory_xact_lock(?)", PARTITIONS_LOCK);
            transaction.execute("SET LOCAL lock_timeout = '1s'");
            transaction.execute("DROP TABLE IF EXISTS texts_" + slot);
        });
    }

    /** The partitions that there are. */
    static List<Integer> partitions(Handle handle) {
        return handle.createQuery("""
                        SELECT CAST(substring(c.relname FROM 7) AS int)
                        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
                        WHERE i.inhparent = CAST('texts' AS regclass)
                        ORDER BY 1
                        """).mapTo(Integer.class).list();
    }
}
