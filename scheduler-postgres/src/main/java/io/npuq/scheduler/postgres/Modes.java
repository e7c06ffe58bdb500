package io.npuq.scheduler.postgres;

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

    boolean pause(Tx tx) {
        if (ModeTable.pause(tx.handle(), ModeTable.ALL) == 1) {
            tx.record(null, new Change.Paused());
        }
        return changed(tx);
    }

    boolean drain(Tx tx) {
        int unused = ModeTable.drain(tx.handle(), ModeTable.ALL);
        return changed(tx);
    }

    boolean resume(Tx tx) {
        boolean wasPaused = ModeTable.of(tx.handle(), tx.host()).paused();
        int all = ModeTable.resume(tx.handle(), ModeTable.ALL);
        int own = ModeTable.resume(tx.handle(), tx.host());
        if (all + own > 0 && wasPaused) {
            tx.record(null, new Change.Resumed());
        }
        return changed(tx);
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
