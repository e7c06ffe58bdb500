package io.npuq.launcher.batch;

import io.npuq.launcher.client.ApiException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a server until it answers: one that is away is waited for, one that has no room is asked again when it said. Any thread. */
final class Patience {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(15);

    /** Where a server does not say when to come again. */
    private static final Duration BUSY_PAUSE = Duration.ofSeconds(2);

    private final Consumer<String> say;

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Opened when the server is back; null while it is there. */
    private @Nullable CountDownLatch outage;

    private String busy = "";

    /** Says there what it waits for. */
    Patience(Consumer<String> say) {
        this.say = say;
    }

    /** A question to the server. It may be asked again. */
    interface Call<T> {
        T ask() throws ApiException;
    }

    /**
     * Asks until there is an answer.
     *
     * @throws ApiException when it is a refusal that stays one
     */
    <T> T ask(Call<T> call) throws ApiException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                T answer = call.ask();
                answered();
                return answer;
            } catch (ApiException e) {
                if (e.isNoAnswer()) {
                    waitForTheServer(e, pause);
                    pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
                } else if (e.isBusy()) {
                    waitForRoom(e);
                } else {
                    throw e;
                }
            }
        }
    }

    /** Ends all waiting. */
    void end() {
        ended.countDown();
        back("");
    }

    private void answered() {
        back("the server is back; going on");
    }

    private synchronized void back(String line) {
        if (outage == null) {
            return;
        }
        if (!line.isEmpty()) {
            say.accept(line);
        }
        outage.countDown();
        outage = null;
    }

    private void waitForTheServer(ApiException why, Duration pause) throws InterruptedException {
        throwIfEnded();
        lost(why).await(pause.toNanos(), TimeUnit.NANOSECONDS);
        throwIfEnded();
    }

    private synchronized CountDownLatch lost(ApiException why) {
        if (outage == null) {
            outage = new CountDownLatch(1);
            say.accept("waiting for the server: " + why.getMessage());
        }
        return outage;
    }

    private void waitForRoom(ApiException why) throws InterruptedException {
        full(why);
        ended.await(why.retryAfter().orElse(BUSY_PAUSE).toNanos(), TimeUnit.NANOSECONDS);
        throwIfEnded();
    }

    private synchronized void full(ApiException why) {
        if (!busy.equals(why.code())) {
            busy = why.code();
            say.accept("the server takes no more for now: " + why.getMessage());
        }
    }

    private void throwIfEnded() throws InterruptedException {
        if (ended.getCount() == 0 || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }
}
