package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The embedded queue as one process has it open: it can be left behind as a dead process would leave it. */
public final class SimulatedProcess {
    private final Opened parts;
    private final JobQueue queue;
    private final CompletableFuture<Throwable> death;

    private SimulatedProcess(Opened parts, QueueConfig config, CompletableFuture<Throwable> death) {
        this.parts = parts;
        this.queue = new EmbeddedJobQueue(parts, config);
        this.death = death;
    }

    /** Opens the queue over those files, with segments of at most so many bytes of log. */
    public static SimulatedProcess open(
            QueueConfig config, Clock clock, LongSupplier ticker, ChannelOpener opener, long segmentBytesMax) {
        CompletableFuture<Throwable> death = new CompletableFuture<>();
        SteadyClock steady = new SteadyClock(clock, ticker);
        Opened parts = new Opening(config, steady, opener, segmentBytesMax, death::complete, QueueObserver.NONE).open();
        return new SimulatedProcess(parts, config, death);
    }

    /** The queue. */
    public JobQueue queue() {
        return queue;
    }

    /** Whether opening had to build the index again from the journal. */
    public boolean rebuiltIndex() {
        return parts.rebuiltIndex();
    }

    /** How many engines in a row the job took down: nothing shows it, and yet it decides what comes. */
    public int losses(JobId id) {
        return parts.readers().row(look -> look.find(id)).orElseThrow().losses();
    }

    /** Completes when the queue gives up, with the reason. */
    public CompletableFuture<Throwable> death() {
        return death;
    }

    /** Gives back threads and files as the end of a process would, and writes nothing in order: its files must be dead already. */
    public void abandon() throws InterruptedException {
        parts.writer().close();
        parts.readers().close();
        parts.checkpoints().stop();
        parts.stores().index().abandon();
        closeAsADeathWould(parts.stores().journal()::close);
        closeAsADeathWould(parts.stores().texts()::close);
        parts.stores().directory().close();
    }

    /** What the bound on waiting bytes counts for that request. */
    public static int storedBytes(JobRequest request) {
        return StoredInput.from(request).body().bytes();
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeAsADeathWould(Closing closing) {
        try {
            closing.close();
        } catch (IOException e) {
            // Its files are dead, which is the purpose; what it holds of the system is given back all the same.
        }
    }
}
