package io.npuq.scheduler.journal;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Syncs the log and the texts at the same time: a batch waits for the slower one, not for both in turn. */
final class ParallelSync implements AutoCloseable {
    private final ExecutorService helper = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "journal-body-sync");
        thread.setDaemon(true);
        return thread;
    });

    void force(SegmentFile log, SegmentFile texts) throws IOException {
        Future<?> other = helper.submit(() -> {
            texts.force();
            return null;
        });
        try {
            log.force();
        } finally {
            await(other);
        }
    }

    private static void await(Future<?> other) throws IOException {
        try {
            other.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException("cannot sync the texts", e.getCause());
        } catch (InterruptedException e) {
            // The writer is never interrupted: whoever does it has closed the files, and nothing may go on.
            Thread.currentThread().interrupt();
            throw new IOException("the journal's writer was interrupted", e);
        }
    }

    @Override
    public void close() {
        helper.shutdown();
    }
}
