package io.npuq.scheduler.postgres;

import io.npuq.schema.JobId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What idempotency keys were used for, on whichever host. */
final class KeyTable {
    private KeyTable() {}

    /**
     * A use of a key.
     *
     * @param key SHA-256 of the key; hexadecimal
     * @param request HMAC of the request; hexadecimal
     * @param job what it made
     */
    record Use(String key, String request, JobId job) {}

    /** What those keys were used for after that time, by key. */
    static Map<String, Use> find(Handle handle, Collection<String> keys, Instant after) {
        Map<String, Use> found = new HashMap<>();
        handle.createQuery("""
                        SELECT encode(key, 'hex') AS key, encode(request, 'hex') AS request, job FROM keys
                        WHERE key IN (SELECT decode(k, 'hex') FROM unnest(:keys) AS k) AND used_at > :after
                        """)
                .bindArray("keys", String.class, keys.toArray())
                .bind("after", after)
                .map((row, context) -> new Use(
                        row.getString("key"),
                        row.getString("request"),
                        JobRowMapper.id(row.getObject("job", UUID.class))))
                .forEach(use -> found.put(use.key(), use));
        return found;
    }

    /**
     * Notes those uses, in the order of the keys, so that hosts do not wait for each other in a circle. Where another host is about to use
     * a key, this waits for it.
     *
     * @param after uses up to this time are forgotten
     * @return the keys that were noted; the others were used meanwhile
     */
    static Set<String> note(Handle handle, List<Use> uses, Instant now, Instant after) {
        return new HashSet<>(handle.createQuery("""
                        INSERT INTO keys (key, request, job, used_at)
                        SELECT decode(u.key, 'hex'), decode(u.request, 'hex'), u.job, :now
                        FROM unnest(:keys, :requests, :jobs) AS u (key, request, job) ORDER BY u.key
                        ON CONFLICT (key) DO UPDATE SET request = excluded.request, job = excluded.job, used_at = excluded.used_at
                            WHERE keys.used_at <= :after
                        RETURNING encode(key, 'hex')
                        """)
                .bindArray("keys", String.class, uses.stream().map(Use::key).toArray())
                .bindArray(
                        "requests",
                        String.class,
                        uses.stream().map(Use::request).toArray())
                .bindArray(
                        "jobs",
                        UUID.class,
                        uses.stream().map(use -> JobRowMapper.uuid(use.job())).toArray())
                .bind("now", now)
                .bind("after", after)
                .mapTo(String.class)
                .list());
    }

    /** Forgets keys that were used up to that time. */
    static int forget(Handle handle, Instant before, int limit) {
        return handle.createUpdate("""
                        DELETE FROM keys WHERE key IN (
                            SELECT key FROM keys WHERE used_at <= :before ORDER BY used_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }
}
