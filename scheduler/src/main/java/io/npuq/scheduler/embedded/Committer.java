package io.npuq.scheduler.embedded;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Commits one batch beside the writer, which makes the next one meanwhile. For the writer's thread. */
final class Committer {
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "queue-committer"));
    private final Runnable onFailure;
    private Future<?> underWay = CompletableFuture.completedFuture(null);
    private volatile @Nullable Throwable failure;

    /**
     * A committer without work.
     *
     * @param onFailure told on its thread when a commit has failed
     */
    Committer(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    /** Begins a commit; the one before must be {@link #settle}d. */
    void begin(Writer.Commit commit) {
        underWay = thread.submit(() -> {
            try {
                commit.run();
            } catch (Throwable t) {
                failure = t;
                onFailure.run();
                throw t;
            }
            return null;
        });
    }

    /** Waits for the commit under way. */
    void settle() throws IOException {
        try {
            underWay.get();
        } catch (ExecutionException e) {
            throw new IOException("a commit failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("the queue's writer was interrupted", e);
        }
    }

    /** Why a commit failed; empty when none has. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    void close() {
        thread.shutdown();
    }
}
