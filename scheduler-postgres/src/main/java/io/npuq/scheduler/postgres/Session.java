package io.npuq.scheduler.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host's life in the store: joined under an epoch, and where its log ends. Each transaction moves that end on, in a row that nobody else
 * writes; so whether one was committed can always be told by it. For the writer's thread.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Database database;
    private final UUID key;
    private final String version;
    private final StoreClock clock;
    private final HostKeeper keeper;
    private final Duration retention;
    private final Set<Integer> partitions = new HashSet<>();
    private volatile HostTable.@Nullable Joined host;
    private volatile LogTable.@Nullable End end;

    Session(Database database, UUID key, String version, StoreClock clock, HostKeeper keeper, Duration retention) {
        this.database = database;
        this.key = key;
        this.version = version;
        this.clock = clock;
        this.keeper = keeper;
        this.retention = retention;
    }

    /** A transaction under way. */
    static final class Begun implements AutoCloseable {
        private final Handle handle;
        private final Tx tx;

        private Begun(Handle handle, Tx tx) {
            this.handle = handle;
            this.tx = tx;
        }

        Tx tx() {
            return tx;
        }

        /**
         * Puts it on disk.
         *
         * @throws FencedException when this host was given up
         * @throws InDoubtException when the connection was lost just then
         */
        void commit() {
            if (!tx.isEmpty() && !tx.append()) {
                throw new FencedException();
            }
            try {
                handle.commit();
            } catch (RuntimeException e) {
                throw tx.isEmpty() ? e : new InDoubtException(tx, e);
            }
        }

        @Override
        public void close() {
            // What was not committed is rolled back.
            handle.close();
        }
    }

    /** Begins a transaction; joins first where the host has not. */
    Begun begin(Attempts attempts) {
        if (host == null) {
            join(attempts);
        }
        HostTable.Joined joined = Objects.requireNonNull(host);
        LogTable.End from = Objects.requireNonNull(end);
        Handle handle = database.jdbi().open();
        try {
            Instant now = clock.now();
            prepare(handle, now);
            handle.begin();
            return new Begun(handle, new Tx(handle, now, joined.id(), from, attempts.held()));
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    /** Whether a transaction that was in doubt is on disk: waits for the store to be done with it. */
    boolean isCommitted(Tx tx) {
        LogTable.End there = database.jdbi().inTransaction(handle -> LogTable.lock(handle, tx.host()));
        boolean committed = there.commits() == tx.end().commits()
                && there.head().equals(tx.end().head());
        LOG.info(
                "a transaction that was being committed when the connection was lost was {}committed",
                committed ? "" : "not ");
        return committed;
    }

    /** It is on disk. */
    void committed(Tx tx) {
        if (!tx.isEmpty()) {
            end = tx.end();
        }
    }

    /** Whether a bell that rang so is meant for this host. From any thread. */
    boolean isFor(String who) {
        HostTable.Joined joined = host;
        return who.equals(Bell.ALL) || (joined != null && who.equals(String.valueOf(joined.id())));
    }

    /** This host's number. From any thread. */
    int hostId() {
        HostTable.Joined joined = host;
        return joined == null ? ModeTable.ALL : joined.id();
    }

    /** Where this host's log ends, as far as it is on disk. From any thread, once it has joined. */
    LogTable.End end() {
        return Objects.requireNonNull(end);
    }

    /** The host was given up: it joins anew with the next transaction. */
    void lost() {
        host = null;
    }

    /** Begins a life of this host: gives back what an earlier one ran. */
    void join(Attempts attempts) {
        try (Handle handle = database.jdbi().open()) {
            database.check(handle);
            Instant at = HostTable.now(handle);
            clock.set(at);
            prepare(handle, clock.now());
            handle.begin();
            HostTable.Joined joined =
                    HostTable.join(handle, key, database.config().hostName(), version, HostKeeper.LEASE);
            LogTable.End from = LogTable.lock(handle, joined.id());
            Tx tx = new Tx(handle, clock.now(), joined.id(), from, Map.of());
            for (JobRow row : JobTable.runningOn(handle, joined.id())) {
                attempts.recover(tx, row, Attempts.GivenUp.STOPPED, "npuq stopped while the job ran");
            }
            if (!tx.append()) {
                throw new FencedException();
            }
            handle.commit();
            host = joined;
            end = tx.end();
            keeper.joined(joined);
            tx.committed();
        }
    }

    /** The partition for texts of jobs that end now must be there; those whose time is over go. */
    private void prepare(Handle handle, Instant now) {
        int slot = TextTable.slot(now);
        if (partitions.contains(slot)) {
            return;
        }
        TextTable.makePartition(handle, slot);
        partitions.add(slot);
        int oldest = TextTable.slot(now.minus(retention));
        for (int old : TextTable.partitions(handle)) {
            if (old < oldest) {
                drop(handle, old);
            }
        }
    }

    private static void drop(Handle handle, int slot) {
        try {
            TextTable.dropPartition(handle, slot);
        } catch (RuntimeException e) {
            LOG.info("texts whose time is over are dropped later: {}", StoreFailure.message(e));
        }
    }
}
