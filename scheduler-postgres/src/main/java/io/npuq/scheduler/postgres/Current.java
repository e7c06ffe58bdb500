package io.npuq.scheduler.postgres;

import org.jspecify.annotations.Nullable;

/** The transaction under way, for those parts of the queue that are asked in the middle of one. Others see none. */
final class Current {
    /** A writer's thread is that of one queue. */
    private static final ThreadLocal<@Nullable Tx> OF_THREAD = new ThreadLocal<>();

    void set(Tx tx) {
        OF_THREAD.set(tx);
    }

    void clear() {
        OF_THREAD.remove();
    }

    Tx tx() {
        Tx tx = OF_THREAD.get();
        if (tx == null) {
            throw new IllegalStateException("asked outside of a transaction: a bug in npuq");
        }
        return tx;
    }

    /** How it changes that sum. */
    long change(String name) {
        Tx tx = OF_THREAD.get();
        return tx == null ? 0 : tx.counts().getOrDefault(name, 0L);
    }
}
