package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.index.IndexDatabase;
import io.npuq.scheduler.index.IndexReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Threads that read index and journal for callers who must not block. They are the queue's own: nobody interrupts them. */
final class Readers {
    private static final int THREADS = 2;

    private final ThreadPoolExecutor threads;
    private final BlockingQueue<IndexReader> free = new ArrayBlockingQueue<>(THREADS);
    private final List<IndexReader> all = new ArrayList<>();

    Readers(IndexDatabase database) {
        for (int i = 0; i < THREADS; i++) {
            all.add(database.reader());
        }
        free.addAll(all);
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "queue-reader"));
    }

    <T> CompletionStage<T> read(Function<IndexReader, T> query) {
        try {
            return CompletableFuture.supplyAsync(() -> withReader(query), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new QueueClosedException());
        }
    }

    void close() throws InterruptedException {
        threads.shutdown();
        while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            // A read that takes minutes still holds the files: closing them under it would be worse than waiting.
            Thread.onSpinWait();
        }
        all.forEach(IndexReader::close);
    }

    private <T> T withReader(Function<IndexReader, T> query) {
        IndexReader reader = free.remove();
        try {
            return query.apply(reader);
        } finally {
            free.add(reader);
        }
    }
}
