package io.npuq.api.batch;

import io.npuq.schema.JobId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which job each line became, on disk for those that the queue's idempotency keys no longer tell: keys are kept as long as results, and
 * a job may wait for longer. Blocks.
 */
final class LineJobs implements Closeable {
    private final Map<Integer, JobId> jobs = new TreeMap<>();
    private final AppendFile file;

    private LineJobs(Path path) throws IOException {
        file = AppendFile.open(path, this::note);
    }

    static LineJobs open(Path path) throws IOException {
        return new LineJobs(path);
    }

    private boolean note(byte[] line) {
        String[] parts = new String(line, StandardCharsets.US_ASCII).split(" ", 2);
        Optional<JobId> job = parts.length == 2 ? JobId.parse(parts[1]) : Optional.empty();
        if (job.isEmpty() || !parts[0].matches("[0-9]{1,6}")) {
            return false;
        }
        jobs.put(Integer.parseInt(parts[0]), job.get());
        return true;
    }

    /** The jobs of lines that are not {@link #done}. */
    Map<Integer, JobId> open() {
        return Map.copyOf(jobs);
    }

    void became(int line, JobId job) throws IOException {
        if (!job.equals(jobs.put(line, job))) {
            file.append((line + " " + job).getBytes(StandardCharsets.US_ASCII));
        }
    }

    void done(int line) {
        jobs.remove(line);
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
