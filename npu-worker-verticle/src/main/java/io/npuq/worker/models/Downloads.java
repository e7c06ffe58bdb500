package io.npuq.worker.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The files of a model, several at a time. The first one that cannot be had ends all. */
final class Downloads {
    private static final int AT_ONCE = 4;

    private Downloads() {}

    /** What has come. */
    private record Fetched(String path, String sha256) {}

    /** Fetches all; answers the SHA-256 of each file, by its path. */
    static SortedMap<String, String> run(Plan plan, Path dir, Hub hub, Audience audience)
            throws ModelException, InterruptedException {
        ThreadFactory threads = task -> daemon(task, Thread.currentThread().getName());
        CountDownLatch ended = new CountDownLatch(1);
        List<Download> downloads = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, threads);
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(threads);
        try {
            CompletionService<Fetched> fetching = new ExecutorCompletionService<>(workers);
            List<RemoteFile> files = new ArrayList<>(plan.files());
            // Who looks on knows from the start how much it is.
            files.forEach(file -> audience.tell(PullProgress.of(file, 0)));
            for (RemoteFile file : files) {
                Retries retries = new Retries(hub.settings().firstPause(), ended, audience::tell);
                Download download = new Download(
                        hub, file, dir, retries, watch, have -> audience.tell(PullProgress.of(file, have)));
                downloads.add(download);
                fetching.submit(() -> new Fetched(file.path(), download.run()));
            }
            SortedMap<String, String> sha256 = new TreeMap<>();
            for (int i = 0; i < files.size(); i++) {
                Fetched fetched = fetching.take().get();
                sha256.put(fetched.path(), fetched.sha256());
            }
            return sha256;
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            ended.countDown();
            downloads.forEach(Download::stop);
            stop(workers);
            watch.shutdownNow();
        }
    }

    /** Nobody may write into the directory once this has returned. */
    private static void stop(ExecutorService workers) throws InterruptedException {
        workers.shutdownNow();
        boolean interrupted = Thread.interrupted();
        while (!workers.awaitTermination(1, TimeUnit.DAYS)) {
            // They end at their interrupt.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ModelException failure(@Nullable Throwable cause) throws InterruptedException {
        if (cause instanceof ModelException known) {
            return known;
        }
        if (cause instanceof InterruptedException) {
            throw new InterruptedException();
        }
        throw new IllegalStateException("a download failed by a bug in npuq", cause);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name + "-file");
        thread.setDaemon(true);
        return thread;
    }
}
