package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.models.PullProgress.Stage;
import io.npuq.worker.setup.ModelCard;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.SetupException;
import io.npuq.worker.setup.SetupLock;
import io.npuq.worker.setup.Trees;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One model on its way from the hub, on a thread of its own: list, check the disk, fetch, bring to the disk, rename. It may be ended at
 * any time, with its process as well: what has come is found by the next pull of that model at that commit.
 */
final class Pull implements Runnable {
    /** Left free on the disk. */
    private static final long DISK_RESERVE_BYTES = 64_000_000;

    private static final long MEGABYTE = 1_000_000;

    private final ModelStore store;
    private final ModelName name;
    private final String repository;
    private final Optional<CatalogueEntry.Companion> companion;
    private final Hub hub;
    private final Audience audience = new Audience();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CompletableFuture<StoredModel> done = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    Pull(ModelStore store, ModelName name, String repository, Optional<CatalogueEntry.Companion> companion, Hub hub) {
        this.store = store;
        this.name = name;
        this.repository = repository;
        this.companion = companion;
        this.hub = hub;
    }

    void start() {
        Thread started = new Thread(this, "pull-" + name.directory());
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    Audience audience() {
        return audience;
    }

    CompletableFuture<StoredModel> done() {
        return done;
    }

    void cancel() {
        cancelled.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        try {
            StoredModel model = pull();
            audience.tell(PullProgress.at(Stage.DONE));
            done.complete(model);
        } catch (ModelException e) {
            done.completeExceptionally(cancelled.getCount() == 0 ? gone() : e);
        } catch (InterruptedException e) {
            done.completeExceptionally(gone());
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
            throw e;
        }
    }

    private StoredModel pull() throws ModelException, InterruptedException {
        SetupLock lock = lock();
        try {
            audience.tell(PullProgress.at(Stage.LISTING));
            Plan plan = plan();
            Path partial = store.places().partial(name, plan.fingerprint());
            if (!isThere(plan)) {
                store.checkMayReplace(name);
                checkDisk(plan, partial);
                audience.tell(PullProgress.at(Stage.FETCHING));
                SortedMap<String, String> sha256 = Downloads.run(plan, partial, hub, audience);
                publish(plan, partial, sha256);
            }
            return store.find(name)
                    .orElseThrow(() -> new ModelException(Reason.NOT_FOUND, name + " was deleted while it was pulled"));
        } catch (IOException e) {
            throw disk("make " + store.places().of(name), e);
        } finally {
            unlock(lock);
        }
    }

    private SetupLock lock() throws ModelException {
        Path file = store.places().lock(name);
        try {
            Files.createDirectories(file.getParent());
            return SetupLock.acquire(file, "pulling " + name, note -> audience.tell(PullProgress.waiting(note)));
        } catch (IOException e) {
            throw disk("make " + file.getParent(), e);
        } catch (SetupException e) {
            throw new ModelException(Reason.DISK, String.valueOf(e.getMessage()), e);
        }
    }

    private static void unlock(SetupLock lock) throws ModelException {
        try {
            lock.close();
        } catch (SetupException e) {
            throw new ModelException(Reason.DISK, String.valueOf(e.getMessage()), e);
        }
    }

    private Plan plan() throws ModelException, InterruptedException {
        Listing listing = list(repository);
        Optional<Listing> more =
                companion.isPresent() ? Optional.of(list(companion.get().repository())) : Optional.empty();
        return Plan.of(name, listing, more, companion);
    }

    private Listing list(String of) throws ModelException, InterruptedException {
        return new Retries(hub.settings().firstPause(), cancelled, audience::tell).until(() -> hub.list(of));
    }

    private boolean isThere(Plan plan) throws ModelException {
        try {
            return ModelCard.isIntact(store.places().of(name), plan.fingerprint());
        } catch (SetupException e) {
            throw new ModelException(Reason.DISK, String.valueOf(e.getMessage()), e);
        }
    }

    private void checkDisk(Plan plan, Path partial) throws ModelException, IOException {
        Files.createDirectories(partial);
        long missing = DISK_RESERVE_BYTES;
        for (RemoteFile file : plan.files()) {
            Path there = file.in(partial);
            missing = saturated(missing, file.bytes() - (Files.exists(there) ? Files.size(there) : 0));
        }
        FileStore disk = Files.getFileStore(partial);
        if (disk.getUsableSpace() < missing) {
            throw new ModelException(
                    Reason.DISK,
                    name + " needs " + missing / MEGABYTE + " MB of free disk in "
                            + store.places().models() + ", and "
                            + disk.getUsableSpace() / MEGABYTE
                            + " MB are free: free some space, or set NPUQ_HOME to a directory on another disk");
        }
    }

    /** A hub may name any sizes. */
    private static long saturated(long sum, long more) {
        return more > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + more;
    }

    private void publish(Plan plan, Path partial, SortedMap<String, String> sha256) throws ModelException, IOException {
        audience.tell(PullProgress.at(Stage.VERIFYING));
        PulledCard.write(partial, plan, sha256);
        Trees.sync(partial);
        audience.tell(PullProgress.at(Stage.WRITING));
        store.publish(partial, name);
        // Other commits' leftovers, too.
        Trees.delete(store.places().unfinished(name));
    }

    private ModelException gone() {
        return new ModelException(Reason.CANCELLED, "the pull of " + name + " was cancelled; pull again to go on");
    }

    /** Something is wrong with the disk: says what, and what to do. */
    static ModelException disk(String action, IOException cause) {
        return new ModelException(
                Reason.DISK, String.valueOf(SetupException.of(action, cause).getMessage()), cause);
    }
}
