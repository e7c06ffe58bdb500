package io.npuq.api.batch;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.scheduler.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All batches, and the files that they read and write. One thread works on them, a little of each at a time; it is never interrupted, for
 * that would close their files. Looking at what is there does not wait for it.
 */
public final class Batches {
    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    private final BatchParts parts;
    private final Path dataDir;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<String, BatchRun> runs = new LinkedHashMap<>();
    private final Map<String, Instant> brokenUntil = new HashMap<>();
    private Instant nextSweep = Instant.MIN;
    private volatile @Nullable BatchFiles files;

    /** Batches of this data directory. */
    public Batches(Path dataDir, BatchParts parts) {
        this.dataDir = dataDir;
        this.parts = parts;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "batches");
            made.setDaemon(true);
            return made;
        });
    }

    /** Opens what is there, and goes on with every batch that has not ended. Fails with an {@link IOException}. */
    public CompletionStage<Boolean> open() {
        return call(() -> {
            files = BatchFiles.open(dataDir, parts.clock());
            files().clearUp();
            long every = BatchLimits.TICK.toMillis();
            var unused = thread.scheduleWithFixedDelay(this::tick, 0, every, TimeUnit.MILLISECONDS);
            return true;
        });
    }

    /** Lets go of all files; the next start goes on. */
    public CompletionStage<Boolean> close() {
        CompletionStage<Boolean> closed = call(() -> {
            for (BatchRun run : runs.values()) {
                run.close();
            }
            runs.clear();
            return true;
        });
        thread.shutdown();
        return closed;
    }

    /** What is on disk. */
    BatchFiles files() {
        BatchFiles opened = files;
        if (opened == null) {
            throw new IllegalStateException("batches are not open yet");
        }
        return opened;
    }

    /** The file of that id, unless its time is over. */
    Optional<StoredFile> file(String id) {
        return files().files().shelf().find(id).filter(this::isThere);
    }

    boolean isThere(StoredFile file) {
        return file.expiresAt().isAfter(parts.clock().instant()) || isUsed(file.id());
    }

    /** Whether a batch that has not ended reads that file. */
    private boolean isUsed(String file) {
        return files().batches().all().stream()
                .anyMatch(batch -> !batch.status().isFinal()
                        && batch.request().inputFileId().equals(file));
    }

    /**
     * Makes a batch; or finds the one that the same client made before with the same idempotency key.
     *
     * @return fails with a {@link ProblemException} where that cannot be
     */
    CompletionStage<Batch> create(BatchRequest request, Sender sender) {
        return call(() -> {
            Intake.Made made = new Intake(files(), parts.clock(), this::file).make(request, sender);
            if (made.isNew()) {
                later(() -> start(made.batch()));
            }
            return made.batch();
        });
    }

    /** Cancels a batch; one that has ended stays as it is. Empty where there is none. */
    CompletionStage<Optional<Batch>> cancel(String id) {
        return call(() -> {
            BatchRun run = runs.get(id);
            Optional<Batch> found = files().batches().find(id);
            if (run != null) {
                run.cancel();
                later(() -> guard(id, run, () -> {}));
            } else if (found.isPresent() && found.get().status().isCancellable()) {
                files().batches()
                        .save(found.get()
                                .to(BatchStatus.CANCELLING, parts.clock().instant()));
            }
            return files().batches().find(id);
        });
    }

    /** Erases a file. False where there is none; fails with a {@link ProblemException} while a batch needs it. */
    CompletionStage<Boolean> delete(String id) {
        return call(() -> {
            if (file(id).isEmpty()) {
                return false;
            }
            if (isUsed(id)) {
                throw new ProblemException(
                        Problem.of(409, "file_in_use", "a batch that has not ended reads this file; cancel it first"));
            }
            files().files().erase(id);
            return true;
        });
    }

    private void tick() {
        try {
            Instant now = parts.clock().instant();
            for (Batch batch : files().batches().all()) {
                if (!batch.status().isFinal() && !runs.containsKey(batch.id()) && !isBroken(batch, now)) {
                    start(batch);
                }
            }
            for (Map.Entry<String, BatchRun> run : List.copyOf(runs.entrySet())) {
                guard(run.getKey(), run.getValue(), run.getValue()::force);
            }
            if (!now.isBefore(nextSweep)) {
                nextSweep = now.plus(BatchLimits.SWEEP_EVERY);
                sweep(now);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("old files and batches could not be erased; it is tried again", e);
        }
    }

    private boolean isBroken(Batch batch, Instant now) {
        Instant until = brokenUntil.get(batch.id());
        return until != null && now.isBefore(until);
    }

    private void start(Batch batch) {
        if (runs.containsKey(batch.id())) {
            return;
        }
        BatchRun[] self = new BatchRun[1];
        BatchRun run = new BatchRun(parts, files(), batch, work -> later(() -> guard(batch.id(), self[0], work)));
        self[0] = run;
        runs.put(batch.id(), run);
        guard(batch.id(), run, run::open);
    }

    /** Does the work of a run, and what follows from it. One whose files cannot be used is left, and opened again after a while. */
    private void guard(String id, BatchRun run, LineRunner.Work work) {
        if (runs.get(id) != run) {
            return; // told late: it is over, or was opened anew
        }
        try {
            work.run();
            run.step();
            if (run.isOver()) {
                runs.remove(id);
                run.close();
            }
        } catch (IOException e) {
            LOG.warn(
                    "{} stands still for {}, for its files cannot be used: {}",
                    id,
                    BatchLimits.BROKEN_WAIT,
                    e.toString());
            leave(id, run);
        } catch (RuntimeException e) {
            LOG.error("{} stands still for {} by a bug in npuq", id, BatchLimits.BROKEN_WAIT, e);
            leave(id, run);
        }
    }

    private void leave(String id, BatchRun run) {
        runs.remove(id);
        brokenUntil.put(id, parts.clock().instant().plus(BatchLimits.BROKEN_WAIT));
        try {
            run.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", id, e.toString());
        }
    }

    private void sweep(Instant now) throws IOException {
        for (StoredFile file : files().files().shelf().all()) {
            if (!isThere(file)) {
                files().files().erase(file.id());
            }
        }
        for (Batch batch : files().batches().all()) {
            Optional<Instant> ended = batch.status().isFinal() ? batch.at(batch.status()) : Optional.empty();
            if (ended.isPresent() && !now.isBefore(ended.get().plus(BatchLimits.ENDED_KEPT))) {
                brokenUntil.remove(batch.id());
                files().batches().remove(batch.id());
            }
        }
    }

    /** From whatever thread. After {@link #close} nothing runs any more. */
    private void later(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException closed) {
            LOG.debug("told after the end");
        }
    }

    private <T> CompletionStage<T> call(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        };
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closed) {
            done.completeExceptionally(new ProblemException(
                    Problem.unavailable("shutting_down", "npuq is shutting down; nothing was changed")));
        }
        return done;
    }
}
