package io.npuq.scheduler.postgres;

import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.journal.Change;

/** What an operator does to the queue as a whole, on whichever host he says so. */
final class Modes {
    private final Admission admission;
    private volatile boolean paused;

    Modes(Admission admission) {
        this.admission = admission;
    }

    /** Whether nothing starts here. */
    boolean isPaused() {
        return paused;
    }

    /** Looks at what was said elsewhere. */
    void refresh(Tx tx) {
        apply(ModeTable.of(tx.handle(), tx.host()));
    }

    boolean pause(Tx tx, QueueScope scope) {
        if (ModeTable.pause(tx.handle(), host(tx, scope)) == 1) {
            tx.record(null, new Change.Paused(scope));
        }
        return changed(tx);
    }

    boolean drain(Tx tx, QueueScope scope) {
        int unused = ModeTable.drain(tx.handle(), host(tx, scope));
        return changed(tx);
    }

    boolean resume(Tx tx, QueueScope scope) {
        int paused = switch (scope) {
            case HOST -> ModeTable.resume(tx.handle(), tx.host());
            case ALL -> ModeTable.resumeAll(tx.handle());
        };
        if (paused > 0) {
            tx.record(null, new Change.Resumed(scope));
        }
        return changed(tx);
    }

    private static int host(Tx tx, QueueScope scope) {
        return scope == QueueScope.HOST ? tx.host() : ModeTable.ALL;
    }

    private boolean changed(Tx tx) {
        ModeTable.Mode mode = ModeTable.of(tx.handle(), tx.host());
        apply(mode);
        tx.tellAll();
        return true;
    }

    private void apply(ModeTable.Mode mode) {
        paused = mode.paused();
        admission.drain(mode.draining());
    }
}
