package io.npuq.scheduler.postgres;

import io.npuq.scheduler.journal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who takes part, and whose lease is over. Leases are by the database's clock alone. */
final class HostTable {
    private HostTable() {}

    /**
     * A host that joined.
     *
     * @param id its number
     * @param epoch which life of it this is; what it writes as an older one is refused
     */
    record Joined(int id, long epoch) {}

    /** A host that was given up. */
    record Fenced(int id, String name) {}

    /** Another host that lives. */
    record Other(int id, String name, String lanes) {}

    /** Begins a life of that host: what it wrote before, as far as it is not committed, never will be. */
    static Joined join(Handle handle, UUID key, String name, String version, Duration lease) {
        int id = handle.createQuery("""
                        INSERT INTO hosts AS h (key, name, epoch, lease_until, version)
                        VALUES (:key, :name, 0, clock_timestamp() + CAST(:lease AS interval), :version)
                        ON CONFLICT (key) DO UPDATE SET name = :name, version = :version, lanes = '[]',
                            lease_until = clock_timestamp() + CAST(:lease AS interval)
                        RETURNING id
                        """)
                .bind("key", key)
                .bind("name", name)
                .bind("version", version)
                .bind("lease", lease.toString())
                .mapTo(int.class)
                .one();
        long epoch = handle.createQuery("""
                        INSERT INTO chains AS c (host, epoch, commits, seq, head) VALUES (:host, 1, 0, 0, :head)
                        ON CONFLICT (host) DO UPDATE SET epoch = c.epoch + 1
                        RETURNING epoch
                        """)
                .bind("host", id)
                .bind("head", Entry.FIRST_PREV)
                .mapTo(long.class)
                .one();
        handle.createUpdate("UPDATE hosts SET epoch = :epoch WHERE id = :host")
                .bind("host", id)
                .bind("epoch", epoch)
                .execute();
        return new Joined(id, epoch);
    }

    /** Makes the lease last; empty when it was over and the host is given up. The database's time, where it was made to last. */
    static Optional<Instant> beat(Handle handle, Joined host, Duration lease, String lanes) {
        return handle.createQuery("""
                        UPDATE hosts SET lease_until = clock_timestamp() + CAST(:lease AS interval), lanes = :lanes
                        WHERE id = :host AND epoch = :epoch AND lease_until > '-infinity'
                        RETURNING clock_timestamp()
                        """)
                .bind("host", host.id())
                .bind("epoch", host.epoch())
                .bind("lease", lease.toString())
                .bind("lanes", lanes)
                .mapTo(Instant.class)
                .findOne();
    }

    /** Gives up hosts whose lease is over: from here on they write nothing more. */
    static List<Fenced> fence(Handle handle, int limit) {
        List<Fenced> fenced = handle.createQuery("""
                        UPDATE hosts SET lease_until = '-infinity', epoch = epoch + 1
                        WHERE id IN (
                            SELECT id FROM hosts
                            WHERE lease_until < clock_timestamp() AND lease_until > '-infinity'
                            LIMIT :limit
                            FOR UPDATE SKIP LOCKED
                        )
                        RETURNING id, name
                        """)
                .bind("limit", limit)
                .map((row, context) -> new Fenced(row.getInt("id"), row.getString("name")))
                .list();
        if (!fenced.isEmpty()) {
            handle.createUpdate("UPDATE chains SET epoch = epoch + 1 WHERE host = ANY (:hosts)")
                    .bindArray(
                            "hosts",
                            Integer.class,
                            fenced.stream().map(Fenced::id).toArray())
                    .execute();
        }
        return fenced;
    }

    /** When the first lease of another host is over, if it is not made to last: the moment to look. */
    static Optional<Instant> nextLeaseEnd(Handle handle, int host) {
        return handle.createQuery("SELECT min(lease_until) FROM hosts WHERE lease_until > '-infinity' AND id <> :host")
                .bind("host", host)
                .mapTo(Instant.class)
                .findOne();
    }

    /** The host goes in order: others need not wait for the end of its lease. */
    static int leave(Handle handle, Joined host) {
        return handle.createUpdate("UPDATE hosts SET lease_until = '-infinity' WHERE id = :host AND epoch = :epoch")
                .bind("host", host.id())
                .bind("epoch", host.epoch())
                .execute();
    }

    /** The other hosts that live. */
    static List<Other> others(Handle handle, int host) {
        return handle.createQuery(
                        "SELECT id, name, lanes FROM hosts WHERE lease_until > clock_timestamp() AND id <> :host")
                .bind("host", host)
                .map((row, context) -> new Other(row.getInt("id"), row.getString("name"), row.getString("lanes")))
                .list();
    }

    static Instant now(Handle handle) {
        return handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
    }
}
