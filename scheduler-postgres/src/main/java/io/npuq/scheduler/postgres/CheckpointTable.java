package io.npuq.scheduler.postgres;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Signed notes of the hosts' request logs, for whoever verifies these. */
final class CheckpointTable {
    private CheckpointTable() {}

    /** Adds those of a host that are not there yet, in their order. */
    static int add(Handle handle, int host, List<String> notes) {
        return handle.createUpdate("""
                        INSERT INTO checkpoints (host, note)
                        SELECT :host, n.note FROM unnest(:notes) WITH ORDINALITY AS n (note, place) ORDER BY n.place
                        ON CONFLICT (host, note) DO NOTHING
                        """)
                .bind("host", host)
                .bindArray("notes", String.class, notes.toArray())
                .execute();
    }

    /** Drops those of a host, by the name of its log, that are not among these. */
    static int thin(Handle handle, int host, String name, List<String> kept) {
        return handle.createUpdate("""
                        DELETE FROM checkpoints
                        WHERE host = :host AND split_part(note, E'\\n', 1) = :name AND note <> ALL (:kept)
                        """)
                .bind("host", host)
                .bind("name", name)
                .bindArray("kept", String.class, kept.toArray())
                .execute();
    }

    /** All of a host, in their order. */
    static String of(Handle handle, int host) {
        return handle.createQuery(
                        "SELECT coalesce(string_agg(note, '' ORDER BY number), '') FROM checkpoints WHERE host = :host")
                .bind("host", host)
                .mapTo(String.class)
                .one();
    }
}
