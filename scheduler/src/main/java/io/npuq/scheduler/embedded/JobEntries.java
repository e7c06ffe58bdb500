package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobLog;
import io.npuq.scheduler.LogLine;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.index.JobRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The entries of one job in the request log. The index knows where its first and its last one lie; what is in between is looked for in the
 * stretch of the log between the two, up to a bound. On a thread of its own, one job at a time, and by files of its own: nothing else of
 * the queue waits for it.
 */
final class JobEntries implements AutoCloseable {
    /** How much of the log is looked through for one job, in bytes: some 400,000 entries, well below a second. */
    static final long BYTES_MAX = 256L << 20;

    /** Entries of one job that are told at most: each attempt has two or three. */
    private static final int ENTRIES_MAX = 200;

    private static final int WAITING_MAX = 16;

    private final Path data;
    private final ThreadPoolExecutor thread;

    JobEntries(Path data) {
        this.data = data;
        thread = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX),
                task -> new Thread(task, "queue-log"));
        thread.allowCoreThreadTimeOut(true);
    }

    /** The entries of the job of that row, which is on disk; fails with {@link RejectedExecutionException} where too many wait. */
    CompletionStage<JobLog> of(JobRow row) {
        return CompletableFuture.supplyAsync(() -> read(row), thread);
    }

    private JobLog read(JobRow row) {
        List<LogLine> lines = new ArrayList<>();
        try {
            RequestLog log = RequestLog.of(data);
            boolean all = log.readFrom(row.submitted(), BYTES_MAX, line -> {
                if (line.isOf(row.id())) {
                    lines.add(line);
                }
                return lines.size() < ENTRIES_MAX && line.seq() < row.changed();
            });
            boolean complete = all && lines.size() < ENTRIES_MAX;
            if (!complete && row.ended().isPresent()) {
                lines.add(log.at(row.ended().get()));
            }
            return new JobLog(lines.stream().map(LogLine::bytes).toList(), complete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the request log in " + data, e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
