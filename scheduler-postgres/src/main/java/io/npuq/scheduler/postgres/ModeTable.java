package io.npuq.scheduler.postgres;

import org.jdbi.v3.core.Handle;

/** What an operator said to all hosts, and to single ones. */
final class ModeTable {
    /** Stands for all hosts. */
    static final int ALL = 0;

    private ModeTable() {}

    /**
     * What holds for a host.
     *
     * @param paused whether nothing starts there
     * @param draining whether nothing is accepted there
     */
    record Mode(boolean paused, boolean draining) {}

    /** What was said to that host, or to all. */
    static Mode of(Handle handle, int host) {
        return handle.createQuery("""
                        SELECT bool_or(paused) AS paused, bool_or(draining) AS draining FROM modes WHERE host IN (0, :host)
                        """)
                .bind("host", host)
                .map((row, context) -> new Mode(row.getBoolean("paused"), row.getBoolean("draining")))
                .one();
    }

    /** Says to a host, or to all, that nothing is to start; 0 when that was said before. */
    static int pause(Handle handle, int host) {
        return handle.createUpdate("""
                        INSERT INTO modes AS m (host, paused) VALUES (:host, true)
                        ON CONFLICT (host) DO UPDATE SET paused = true WHERE NOT m.paused
                        """).bind("host", host).execute();
    }

    /** Says to a host, or to all, that nothing is to be accepted. */
    static int drain(Handle handle, int host) {
        return handle.createUpdate("""
                        INSERT INTO modes AS m (host, draining) VALUES (:host, true)
                        ON CONFLICT (host) DO UPDATE SET draining = true WHERE NOT m.draining
                        """).bind("host", host).execute();
    }

    /** Takes back what was said to a host alone; 0 when it was not paused by that. */
    static int resume(Handle handle, int host) {
        return resume(handle, host, false);
    }

    /** Takes back what was said to all hosts and to single ones; 0 when none was paused. */
    static int resumeAll(Handle handle) {
        return resume(handle, ALL, true);
    }

    private static int resume(Handle handle, int host, boolean all) {
        return handle.createQuery("""
                        WITH before AS (
                            SELECT host, paused FROM modes WHERE (:all OR host = :host) AND (paused OR draining) FOR UPDATE
                        ), resumed AS (
                            UPDATE modes SET paused = false, draining = false FROM before WHERE modes.host = before.host
                        )
                        SELECT count(*) FROM before WHERE paused
                        """)
                .bind("all", all)
                .bind("host", host)
                .mapTo(int.class)
                .one();
    }
}
