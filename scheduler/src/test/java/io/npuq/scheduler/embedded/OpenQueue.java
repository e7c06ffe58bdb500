package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The embedded queue over files of a test's own. The one place of the harness that knows how the queue is put together: it can hold the
 * writer, so that what waits falls into one batch, and it can leave a queue behind as a dead process would.
 */
public final class OpenQueue {
    private static final long PATIENCE_SECONDS = 60;

    private final Opened parts;
    private final JobQueue queue;

    private OpenQueue(Opened parts, QueueConfig config) {
        this.parts = parts;
        this.queue = new EmbeddedJobQueue(parts, config);
    }

    /** Opens the queue over those files. */
    public static OpenQueue open(
            QueueConfig config,
            Clock clock,
            LongSupplier ticker,
            ChannelOpener opener,
            long segmentBytesMax,
            Consumer<Throwable> fatal) {
        try {
            Opened parts = new Opening(
                            config, new SteadyClock(clock, ticker), opener, segmentBytesMax, fatal, QueueObserver.NONE)
                    .open();
            return new OpenQueue(parts, config);
        } catch (RuntimeException e) {
            // A process that cannot start ends, and its open files with it; this one lives on.
            discardIndex(config);
            throw e;
        }
    }

    /** The queue. */
    public JobQueue queue() {
        return queue;
    }

    /** Whether the index had to be built again. */
    public boolean rebuiltIndex() {
        return parts.rebuiltIndex();
    }

    /** Waits until all that was asked before is written, and keeps the writer from going on. */
    public Held hold() throws QueueClosedException {
        // The first may share a batch with what was asked before, the second is in one that is made while that is
        // committed; the third
        // comes only once it is.
        holdOnce().release();
        holdOnce().release();
        return holdOnce();
    }

    private Held holdOnce() {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        parts.writer()
                .<Boolean>call(answer -> {
                    reached.complete(true);
                    await(released);
                    answer.accept(true);
                })
                .whenComplete((done, closed) -> {
                    if (closed != null) {
                        reached.completeExceptionally(closed);
                    }
                });
        await(reached);
        return () -> released.complete(true);
    }

    /** Lets the writer go on. */
    @FunctionalInterface
    public interface Held {
        /** From here on everything that was asked meanwhile is one batch. */
        void release();
    }

    /** Gives back threads and files as the end of the process would, and writes nothing in order. */
    public void abandon() throws IOException, InterruptedException {
        parts.writer().close();
        parts.readers().close();
        parts.checkpoints().stop();
        if (!indexWasClosedInOrder()) {
            parts.stores().index().abandon();
            IndexFile.discard(parts.stores().directory().path());
        }
        closeAsADeadProcessWould(parts.stores().journal()::close);
        closeAsADeadProcessWould(parts.stores().texts()::close);
        parts.stores().directory().close();
    }

    private boolean indexWasClosedInOrder() throws IOException {
        Path trust = parts.stores().directory().path().resolve("index.trust");
        return Files.exists(trust) && Files.readString(trust).startsWith("closed");
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeAsADeadProcessWould(Closing closing) {
        try {
            closing.close();
        } catch (IOException e) {
            // The disk is gone: only the descriptors matter, and those are closed.
        }
    }

    private static void discardIndex(QueueConfig config) {
        try {
            IndexFile.discard(config.dataDir().toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(CompletableFuture<Boolean> signal) {
        try {
            signal.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (TimeoutException | InterruptedException e) {
            throw new IllegalStateException("the queue's writer hangs", e);
        }
    }
}
