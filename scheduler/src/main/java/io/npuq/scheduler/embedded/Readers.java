package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Threads that read index and journal for callers who must not block. They are the queue's own: nobody interrupts them. What they see in
 * the index is true only once it is on disk, so they wait for that before they go on.
 */
final class Readers {
    private static final int THREADS = 2;

    private final IndexFile index;
    private final Durable durable;
    private final ThreadPoolExecutor threads;

    Readers(IndexFile index, Durable durable) {
        this.index = index;
        this.durable = durable;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "queue-reader"));
    }

    /** Does it on a thread that may read. */
    <T> CompletionStage<T> read(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new QueueClosedException());
        }
    }

    /** Asks the index for rows, all of which are on disk by the time they are given. On a reading thread. */
    List<JobRow> rows(Function<IndexLook, List<JobRow>> question) {
        return settled(question, rows -> rows);
    }

    /** Asks the index for something with rows, all of which are on disk by the time it is given. On a reading thread. */
    <T> T settled(Function<IndexLook, T> question, Function<T, List<JobRow>> rows) {
        T answer = index.read(question);
        rows.apply(answer).stream().mapToLong(JobRow::changed).max().ifPresent(durable::await);
        return answer;
    }

    /** Asks the index for a row, which is on disk by the time it is given. On a reading thread. */
    Optional<JobRow> row(Function<IndexLook, Optional<JobRow>> question) {
        return rows(look -> question.apply(look).stream().toList()).stream().findFirst();
    }

    /** Asks the index for a number of no account. On a reading thread. */
    <T> T estimate(Function<IndexLook, T> question) {
        return index.read(question);
    }

    void close() throws InterruptedException {
        threads.shutdown();
        while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            // A read that takes minutes still holds the files: closing them under it would be worse than waiting.
            Thread.onSpinWait();
        }
    }
}
