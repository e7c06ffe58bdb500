package io.npuq.scheduler.postgres;

import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Threads that ask the store for callers who must not block. */
final class Readers {
    private static final int THREADS = 2;
    private static final int STOP_SECONDS_MAX = 30;

    private final Jdbi jdbi;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "queue-reader"));

    Readers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Asks, on a thread that may; all that it sees is on disk. */
    <T> CompletionStage<T> read(Function<Handle, T> question) {
        try {
            return CompletableFuture.supplyAsync(() -> ask(question), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new QueueClosedException());
        }
    }

    private <T> T ask(Function<Handle, T> question) {
        try {
            return jdbi.withHandle(question::apply);
        } catch (RuntimeException e) {
            throw StoreFailure.isGone(e) ? new StoreUnavailableException(e) : e;
        }
    }

    void close() throws InterruptedException {
        threads.shutdown();
        boolean unused = threads.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
