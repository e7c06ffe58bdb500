package io.npuq.scheduler.embedded;

import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.journal.Change;
import java.io.IOException;
import java.util.function.Consumer;

/** What an operator does to the queue as a whole. On the writer's thread; each answer is given once it is on disk. */
final class Modes {
    private final Ledger ledger;
    private final Admission admission;
    private final SteadyClock clock;
    private final Attempts attempts;

    Modes(Ledger ledger, Admission admission, SteadyClock clock, Attempts attempts) {
        this.ledger = ledger;
        this.admission = admission;
        this.clock = clock;
        this.attempts = attempts;
    }

    void pause(Consumer<Boolean> answer) throws IOException {
        attempts.takeBack();
        if (!ledger.index().isPaused()) {
            ledger.record(clock.now(), new Change.Paused(null));
        }
        ledger.afterCommit(() -> answer.accept(true));
    }

    void drain(Consumer<Boolean> answer) {
        admission.drain(true);
        ledger.afterCommit(() -> answer.accept(true));
    }

    void resume(Consumer<Boolean> answer) throws IOException {
        admission.drain(false);
        if (ledger.index().isPaused()) {
            ledger.record(clock.now(), new Change.Resumed(null));
        }
        ledger.afterCommit(() -> answer.accept(true));
    }
}
