package io.npuq.scheduler.postgres;

import java.util.List;

/** Wakes other hosts when a transaction that concerns them is on disk. What it does not say, they find out within a second. */
final class Bell {
    /** Says it to every host. */
    static final String ALL = "all";

    private final String channel;

    /**
     * Rings on that channel.
     *
     * @param channel named after the schema: another queue of the same database has its own
     */
    Bell(String channel) {
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    void ring(Tx tx, List<HostTable.Other> others) {
        if (others.isEmpty()) {
            return;
        }
        if (tx.putsInLine()) {
            ring(tx, ALL);
        }
        for (int host : tx.told()) {
            ring(tx, String.valueOf(host));
        }
    }

    private void ring(Tx tx, String who) {
        tx.handle().execute("SELECT pg_notify(?, ?)", channel, who);
    }
}
