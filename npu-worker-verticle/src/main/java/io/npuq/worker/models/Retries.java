package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tries of one thing on the hub, with growing pauses between them. Progress makes it as patient as at first. */
final class Retries {
    /** Tries in a row that bring nothing. */
    private static final int TRIES_MAX = 6;

    private final Duration firstPause;
    private final CountDownLatch cancelled;
    private final Consumer<PullProgress> tell;
    private int failures;

    Retries(Duration firstPause, CountDownLatch cancelled, Consumer<PullProgress> tell) {
        this.firstPause = firstPause;
        this.cancelled = cancelled;
        this.tell = tell;
    }

    /** Something on the hub. */
    interface Call<T> {
        T run() throws ModelException, IOException, InterruptedException;
    }

    /** Calls until it works, or fails for good. */
    <T> T until(Call<T> call) throws ModelException, InterruptedException {
        while (true) {
            try {
                return call.run();
            } catch (IOException e) {
                pause(e);
            }
        }
    }

    void progressed() {
        failures = 0;
    }

    /** Waits before the next try. */
    void pause(IOException failure) throws ModelException, InterruptedException {
        if (Thread.currentThread().isInterrupted() || cancelled.getCount() == 0) {
            throw new InterruptedException();
        }
        failures++;
        String what = failure instanceof Hub.PassingException
                ? String.valueOf(failure.getMessage())
                : "the hub cannot be reached, or the connection broke (" + failure + ")";
        if (failures >= TRIES_MAX) {
            throw new ModelException(
                    Reason.UNREACHABLE,
                    what + ", " + failures + " times in a row; what has come is kept: pull again later to go on",
                    failure);
        }
        Optional<Duration> wanted =
                failure instanceof Hub.PassingException passing ? passing.retryAfter() : Optional.empty();
        Duration pause = wanted.orElse(firstPause.multipliedBy(1L << (failures - 1)));
        tell.accept(PullProgress.waiting(what + "; trying again"));
        if (cancelled.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException();
        }
    }
}
