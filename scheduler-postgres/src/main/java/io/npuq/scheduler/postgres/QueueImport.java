package io.npuq.scheduler.postgres;

import io.npuq.scheduler.MovedJob;
import io.npuq.scheduler.MovedJobs;
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.CheckpointLog;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.postgres.MovedTable.Arriving;
import io.npuq.schema.JobState;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Takes the jobs of one host's queue into the store, under their own ids, each once: those that are there already stay as they are. It writes
 * to the log of the host whose directory they come from, which takes part in nothing else meanwhile.
 */
public final class QueueImport implements MovedJobs, AutoCloseable {
    private final HostFile hostFile;
    private final Database database;
    private final QueueConfig config;
    private final HostTable.Joined host;
    private final Map<JobState, Long> moved = new EnumMap<>(JobState.class);
    private long there;
    private long texts;
    private long keys;

    private QueueImport(HostFile hostFile, Database database, QueueConfig config, HostTable.Joined host) {
        this.hostFile = hostFile;
        this.database = database;
        this.config = config;
        this.host = host;
    }

    /**
     * Makes ready to take them.
     *
     * @param config the directory that they come from, and how long texts are kept
     * @param store where they go
     * @param version of this npuq, for the others to see
     * @throws QueueUnavailableException saying what is wrong with the store or the directory, and what to do
     */
    public static QueueImport open(QueueConfig config, StoreConfig store, String version) {
        HostFile hostFile = HostFile.hold(config.dataDir());
        try {
            Database database = Database.open(store);
            try {
                return new QueueImport(hostFile, database, config, host(hostFile, database, version));
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (RuntimeException e) {
            hostFile.close();
            throw e;
        }
    }

    /** It joins, so that nothing older of this host can write, and leaves at once: no job is meant for it, and nobody waits for its heartbeat. */
    private static HostTable.Joined host(HostFile file, Database database, String version) {
        return database.jdbi().inTransaction(handle -> {
            HostTable.Joined joined =
                    HostTable.join(handle, file.key(), database.config().hostName(), version, HostKeeper.LEASE);
            int unused = HostTable.leave(handle, joined);
            return joined;
        });
    }

    /**
     * What was taken since it was opened.
     *
     * @param jobs by state
     * @param there jobs that were there already
     * @param texts inputs and answers
     * @param keys idempotency keys
     */
    public record Taken(Map<JobState, Long> jobs, long there, long texts, long keys) {}

    /** What was taken. */
    public Taken taken() {
        return new Taken(Map.copyOf(moved), there, texts, keys);
    }

    /** The first entry of what is moved names where the old log ends; it is written once. */
    @Override
    public void begin(OldLog log) {
        write(tx -> {
            if (!LogTable.hasMoved(tx.handle(), tx.host(), log.head())) {
                tx.record(null, new Change.LogMoved(log.name().orElse(null), log.entries(), log.head()));
                if (log.paused() && ModeTable.pause(tx.handle(), ModeTable.ALL) == 1) {
                    tx.record(null, new Change.Paused(QueueScope.ALL));
                }
            }
        });
    }

    @Override
    public void take(List<MovedJob> jobs) {
        Instant now = asking(() -> database.jdbi().withHandle(HostTable::now));
        List<Arriving> all =
                jobs.stream().map(job -> new Arriving(row(job, now), job)).toList();
        makePartitions(all);
        write(tx -> {
            List<Arriving> arrived = MovedTable.insert(tx.handle(), all);
            List<Arriving> waiting =
                    arrived.stream().filter(job -> !job.row().state().isFinal()).toList();
            List<Arriving> kept = arrived.stream()
                    .filter(job -> job.row().textSlot().isPresent())
                    .toList();
            Instant keysAfter = now.minus(config.resultRetention());
            List<Arriving> keyed = arrived.stream()
                    .filter(job ->
                            job.job().key().isPresent() && job.row().createdAt().isAfter(keysAfter))
                    .toList();
            MovedTable.insertInputs(tx.handle(), waiting);
            MovedTable.insertTexts(tx.handle(), kept);
            int noted = MovedTable.insertKeys(tx.handle(), keyed);
            for (Arriving job : arrived) {
                JobRow row = job.row();
                tx.record(
                        row.id(),
                        new Change.Moved(
                                row.kind(),
                                row.state(),
                                row.attempt(),
                                job.job().row().seq()));
                tx.added(row);
            }
            tx.afterCommit(() -> {
                arrived.forEach(job -> moved.merge(job.row().state(), 1L, Long::sum));
                there += all.size() - arrived.size();
                texts += waiting.size();
                texts += kept.stream().mapToInt(QueueImport::textsOf).sum();
                keys += noted;
            });
        });
    }

    /** Signs how far the log goes with what was moved. */
    public void sign() {
        AuditFiles files = AuditFiles.ofHost(config.dataDir());
        asking(() -> database.jdbi().inTransaction(handle -> {
            LogTable.End end = LogTable.end(handle, host.id());
            try {
                new CheckpointLog(files, () -> now(handle)).write(end.seq(), end.head());
                return CheckpointTable.add(handle, host.id(), files.notes());
            } catch (IOException e) {
                throw new QueueUnavailableException(
                        "the jobs are moved, but no checkpoint of the log could be written in " + config.dataDir()
                                + ": " + e.getMessage(),
                        e);
            }
        }));
    }

    @Override
    public void close() {
        database.close();
        hostFile.close();
    }

    private JobRow row(MovedJob job, Instant now) {
        io.npuq.scheduler.index.JobRow row = job.row();
        boolean kept = (job.input().isPresent() || job.output().isPresent())
                && row.finishedAt()
                        .filter(at -> at.plus(config.resultRetention()).isAfter(now))
                        .isPresent();
        return new JobRow(
                row.id(),
                row.kind(),
                row.state(),
                row.priority(),
                row.device(),
                row.maxNewTokens(),
                row.inputChars(),
                row.inputBytes(),
                row.promptTokens(),
                row.line(),
                row.client(),
                row.trace(),
                host.id(),
                row.due(),
                row.createdAt(),
                row.state().isFinal() ? Optional.empty() : row.notBefore(),
                row.startedAt(),
                row.finishedAt(),
                row.deadlineAt(),
                row.attempt(),
                row.uncounted(),
                row.losses(),
                row.lane(),
                OptionalInt.empty(),
                false,
                job.error(),
                job.evidence(),
                kept ? OptionalInt.of(TextTable.slot(row.finishedAt().get())) : OptionalInt.empty());
    }

    private void makePartitions(List<Arriving> jobs) {
        for (int slot : jobs.stream()
                .flatMap(job -> job.row().textSlot().stream().boxed())
                .collect(Collectors.toSet())) {
            asking(() -> database.jdbi().withHandle(handle -> {
                TextTable.makePartition(handle, slot);
                return slot;
            }));
        }
    }

    private static int textsOf(Arriving job) {
        return (job.job().input().isPresent() ? 1 : 0) + (job.job().output().isPresent() ? 1 : 0);
    }

    private static Instant now(Handle handle) {
        return HostTable.now(handle).truncatedTo(ChronoUnit.MICROS);
    }

    /** A transaction in doubt is made again with the next move: what it made is found there then. */
    private void write(Consumer<Tx> work) {
        Tx committed = asking(() -> database.jdbi().inTransaction(handle -> {
            LogTable.End end = LogTable.lock(handle, host.id());
            if (end.epoch() != host.epoch()) {
                throw new QueueUnavailableException("another npuq takes part in the store as the host of "
                        + config.dataDir() + ": stop it, and move the queue again");
            }
            Tx tx = new Tx(handle, now(handle), host.id(), end, Map.of());
            work.accept(tx);
            if (!tx.isEmpty() && !tx.append()) {
                throw new IllegalStateException("the log moved on though it was locked");
            }
            return tx;
        }));
        committed.committed();
    }

    private interface Asking<T> {
        T ask();
    }

    private static <T> T asking(Asking<T> asking) {
        try {
            return asking.ask();
        } catch (JdbiException e) {
            if (!StoreFailure.isGone(e)) {
                throw e;
            }
            throw new QueueUnavailableException(
                    "the store was lost while the queue was moved into it (" + StoreFailure.message(e)
                            + "); move it again, what arrived is not moved twice",
                    e);
        }
    }
}
