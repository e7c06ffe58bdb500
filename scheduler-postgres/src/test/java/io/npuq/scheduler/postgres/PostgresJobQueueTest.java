package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.JobQueueContract;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The queue in PostgreSQL keeps the contract. */
class PostgresJobQueueTest extends JobQueueContract {
    private static final long QUEUED_MAX = 50;

    @TempDir
    private Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final StoreConfig store = PostgresServer.schema();
    private JobQueue queue;

    @BeforeEach
    void open() {
        queue = PostgresJobQueue.open(
                QueueConfig.in(directory).withQueuedJobsMax(QUEUED_MAX),
                store,
                "test",
                nanos::get,
                failure -> {
                    throw new AssertionError("the queue gave up", failure);
                },
                QueueObserver.NONE);
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Override
    protected JobQueue queue() {
        return queue;
    }

    @Override
    protected JobQueue reopen() {
        queue.close();
        open();
        return queue;
    }

    @Override
    protected void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    protected long queuedMax() {
        return QUEUED_MAX;
    }
}
