package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time brings: deadlines pass, jobs that were held back come in line, keys grow old, hosts are given up and their jobs given back. Each
 * host does some of it for all, where no other is at it.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** Old things that one transaction clears away at most, so that callers do not wait for it. */
    private static final int CLEARED_AT_ONCE = 100;

    /** How often it looks, whatever it expects: other hosts may have brought what it knows nothing of. */
    private static final Duration LOOK_AFTER = Duration.ofSeconds(1);

    /** A lease that is over is looked at no more often than this: by the database's clock it may have a moment left. */
    private static final Duration LEASE_LOOK_AFTER = Duration.ofMillis(100);

    private final Attempts attempts;
    private final Endings endings;
    private final Lines lines;
    private final Modes modes;
    private final Duration retention;
    private final AtomicBoolean asked = new AtomicBoolean();
    private Instant next = Instant.MIN;

    Upkeep(Attempts attempts, Endings endings, Lines lines, Modes modes, Duration retention) {
        this.attempts = attempts;
        this.endings = endings;
        this.lines = lines;
        this.modes = modes;
        this.retention = retention;
    }

    /** Does what is due, if anything may be. */
    void run(Tx tx, boolean mayFence) {
        if (!asked.getAndSet(false) && tx.now().isBefore(next)) {
            return;
        }
        modes.refresh(tx);
        JobTable.pastDeadline(tx.handle(), tx.now(), CLEARED_AT_ONCE).forEach(row -> endings.expired(tx, row));
        for (JobRow row : JobTable.release(tx.handle(), tx.now(), CLEARED_AT_ONCE)) {
            tx.moved(new RowChange(row).heldUntil(tx.now()).row(), row);
        }
        int unused = KeyTable.forget(tx.handle(), tx.now().minus(retention), CLEARED_AT_ONCE);
        if (mayFence) {
            fence(tx);
        }
        JobTable.orphans(tx.handle(), CLEARED_AT_ONCE)
                .forEach(row -> attempts.recover(
                        tx, row, Attempts.GivenUp.STOPPED, "its host stopped, or was lost, while the job ran"));
        JobTable.cancelAsked(tx.handle(), tx.host())
                .forEach(id -> Optional.ofNullable(tx.held().get(id))
                        .ifPresent(claim -> claim.cancel().cancel()));
        lines.changed();
        Optional<Instant> leaseEnd =
                mayFence ? HostTable.nextLeaseEnd(tx.handle(), tx.host()) : Optional.<Instant>empty();
        Instant look = Stream.of(
                        JobTable.nextMoment(tx.handle()),
                        leaseEnd.map(
                                end -> Collections.max(List.of(end, tx.now().plus(LEASE_LOOK_AFTER)))))
                .flatMap(Optional::stream)
                .reduce(tx.now().plus(LOOK_AFTER), (one, other) -> one.isBefore(other) ? one : other);
        tx.afterCommit(() -> next = look);
    }

    private static void fence(Tx tx) {
        List<HostTable.Fenced> fenced = HostTable.fence(tx.handle(), CLEARED_AT_ONCE);
        tx.afterCommit(() -> fenced.forEach(host -> LOG.warn(
                "the host {} has not been heard of for {} s; what it ran is given back",
                host.name(),
                HostKeeper.LEASE.toSeconds())));
    }

    /** Something happens at that time. */
    void expect(Optional<Instant> moment) {
        moment.filter(at -> at.isBefore(next)).ifPresent(at -> next = at);
    }

    /** Other hosts say that there is something to look at. From any thread. */
    void lookNow() {
        asked.set(true);
    }

    /** When it wants to run. */
    Instant next() {
        return next;
    }

    /** Erases the texts of one job before their time. */
    Erasure erase(Tx tx, JobId id) {
        Optional<JobRow> found = JobTable.lock(tx.handle(), id);
        if (found.isEmpty()) {
            return new Erasure.Unknown();
        }
        JobRow row = found.get();
        if (!row.state().isFinal()) {
            return new Erasure.NotEnded(row.open(Map.of()));
        }
        if (row.textSlot().isPresent()) {
            int gone = TextTable.erase(tx.handle(), row.textSlot().getAsInt(), id);
            int forgotten = JobTable.forgetTexts(tx.handle(), id);
            if (gone > 0 && forgotten == 1) {
                tx.record(null, new Change.TextsErased());
            }
        }
        return new Erasure.Erased();
    }
}
